import { unreachable } from '../../../sql/base/assert.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { defineCsvDecoder } from './csv-decoder.ts'
import { makeDecoderFrame } from './decoder-frame.ts'
import type { DecoderSource } from './decoder-source.ts'
import { defineJsonDecoder } from './json-decoder.ts'

/**
 * Adds the decoder of a source to its unit; the exported function's name. The function is `decode` of SourceArtifact (runtime/abi/artifact.ts).
 * Names of columns and string options are in the constant pool only.
 */
export function lowerDecoder(module: ModuleBuilder, source: DecoderSource): string {
  const frame = makeDecoderFrame(module, source)
  const { format } = source
  switch (format.kind) {
    case 'json':
      return defineJsonDecoder(frame)
    case 'csv':
      return defineCsvDecoder(frame, format.csv)
    default:
      return unreachable(format)
  }
}
