import type { MemoryViews } from '../../abi/memory.ts'
import type { Consumer, QueryOutput } from '../../dataflow/graph.ts'
import { makeValueReader } from '../rows/row-value.ts'
import type { ColumnInput } from './column-input.ts'
import type { Inbox } from './inbox.ts'
import type { InboxWriter } from './writer.ts'

export interface InsertParts {
  readonly feed: { readonly inbox: Inbox; readonly writer: InboxWriter }
  readonly views: MemoryViews
  /** Of the query. */
  readonly shape: QueryOutput
  /** Where each column of the query goes; null: nowhere. */
  readonly columns: readonly (string | null)[]
}

/** Puts the rows of an INSERT's query into the inbox of its target; waits while that is full. Resolves to the number of rows. */
export function insertConsumer(
  { feed, views, shape, columns }: InsertParts,
  done: PromiseWithResolvers<number>,
): Consumer {
  let rowCount = 0
  return {
    ready: () => (feed.inbox.full ? feed.inbox.ready() : true),
    accept(block, count) {
      const inputs = columnInputs(views, { shape, columns, block, count })
      feed.writer.pushColumns(count, ({ name }) => inputs.get(name))
      rowCount += count
    },
    end: () => done.resolve(rowCount),
    failed: (reason) => done.reject(reason),
  }
}

function columnInputs(
  views: MemoryViews,
  {
    shape,
    columns,
    block,
    count,
  }: Pick<InsertParts, 'shape' | 'columns'> & { readonly block: number; readonly count: number },
): ReadonlyMap<string, ColumnInput> {
  return new Map(
    columns.flatMap((name, index): [string, ColumnInput][] => {
      const column = shape.columns[index]
      const place = shape.layout.columns[index]
      if (name === null || column === undefined || place === undefined) return []
      const read = makeValueReader(views, place, column.type)
      return [[name, { get: (row) => read(block, row), bulk: null, rowCount: count }]]
    }),
  )
}
