import type { BlockLayout } from '../../abi/block.ts'
import type { OutputFormat } from '../../abi/format.ts'
import type { ConnectorColumn } from '../../connect/connector.ts'

/** What the code that turns rows into bytes is made from. */
export interface SinkParts {
  readonly format: OutputFormat
  readonly layout: BlockLayout
  readonly columns: readonly Pick<ConnectorColumn, 'name' | 'type'>[]
}

/** These, and nothing else that whoever asks has with them. */
export function encoderParts({ format, layout, columns }: SinkParts): SinkParts {
  return { format, layout, columns: columns.map(({ name, type }) => ({ name, type })) }
}
