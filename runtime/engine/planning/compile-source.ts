import { lowerDecoder } from '../../../codegen/lowering/decoders/lower-decoder.ts'
import type { DecoderColumn } from '../../../codegen/lowering/decoders/decoder-source.ts'
import { lowerSource } from '../../../codegen/lowering/operators/lower-source.ts'
import type { SourceObject } from '../../../sql/catalog/object.ts'
import type { SourceArtifact } from '../../abi/artifact.ts'
import type { SourceConnector } from '../../connect/connector.ts'

/**
 * The code of a source: a decoder where its connector reads bytes, and what completes its rows. It sees what its key in the cache is
 * made from (cache/cache-key.ts), and no more.
 */
export function compileSource(
  object: Pick<SourceObject, 'definitions' | 'watermark'>,
  needed: ReadonlySet<number>,
  connector: Pick<SourceConnector, 'format'> | null,
): SourceArtifact {
  const { definitions, watermark } = object
  const format = connector?.format ?? null
  const stored = definitions.filter((column) => column.computed === undefined)
  return lowerSource({
    definitions,
    watermark,
    needed,
    lowerDecoder:
      format === null
        ? null
        : (module, layout, present) => {
            const columns = definitions.map((column, index): DecoderColumn | null => {
              if (!present.has(index)) return null
              const { name, type, nullable, defaultValue, span } = column
              return {
                name,
                type,
                nullable,
                hasDefault: defaultValue !== undefined,
                ordinal: stored.indexOf(column),
                isEventTime: index === watermark?.column,
                span,
              }
            })
            return lowerDecoder(module, { format, layout, columns, stored: stored.map(({ name }) => name), span: null })
          },
  })
}
