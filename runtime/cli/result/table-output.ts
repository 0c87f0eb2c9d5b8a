import { SqlError } from '../../../sql/base/diagnostic.ts'
import { isIntegerType } from '../../../sql/types/sql-type.ts'
import { unsupportedFeature } from '../../../sql/messages/raise.ts'
import type { ByteStream } from '../../connect/connector.ts'
import { forEachChange, makeRowReader } from '../../engine/rows/row-reader.ts'
import { LiveTable, type Screen } from './live-table.ts'
import type { OutputEvents, ResultOutput } from './output.ts'
import { PlainTable } from './plain-table.ts'
import { tableRowsMax } from './result-set.ts'
import type { TableColumn } from './table-text.ts'

/** A live table on a terminal, one table at the end elsewhere. */
export function tableOutput(
  target: { readonly screen: Screen } | { readonly stdout: ByteStream },
  events: OutputEvents,
): ResultOutput {
  let table: LiveTable | PlainTable | null = null
  let rows = 0
  let text = ''
  return {
    open({ parts }, shape) {
      const { views } = parts.memory
      const columns = shape.columns.flatMap((column): TableColumn[] => (column === null ? [] : [tableColumn(column)]))
      const mode = { append: shape.mode === 'append' }
      const made =
        'screen' in target
          ? new LiveTable(columns, target.screen, mode)
          : new PlainTable(columns, (part) => (text += part), mode)
      table = made
      const reader = makeRowReader(views, shape)
      return {
        ready: () => true,
        accept(block, count) {
          forEachChange(reader, { block, count }, (change) => {
            rows++
            if (!made.apply(change)) throw tooLarge()
          })
        },
        failed: (reason) => events.onFailure(reason),
      }
    },
    flush: () => Promise.resolve(),
    async finish() {
      table?.finish()
      if ('stdout' in target && (await target.stdout.write(Buffer.from(text))) === 'closed') events.onClosedByReader()
    },
    get rows() {
      return rows
    },
  }
}

function tableColumn({
  name,
  type,
}: {
  readonly name: string
  readonly type: Parameters<typeof isIntegerType>[0]
}): TableColumn {
  const number = isIntegerType(type) || type.kind === 'decimal' || type.kind === 'double' || type.kind === 'real'
  return { name, align: number ? 'right' : 'left' }
}

function tooLarge(): SqlError {
  return new SqlError([
    unsupportedFeature(
      { feature: `a table of more than ${tableRowsMax} rows` },
      { hint: 'use --format ndjson or --limit' },
    ),
  ])
}
