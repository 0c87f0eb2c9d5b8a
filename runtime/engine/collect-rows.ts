import type { MemoryViews } from '../abi/memory.ts'
import type { Consumer, QueryOutput } from '../dataflow/graph.ts'
import { columnNames } from './results.ts'
import { copyBlock, type CopiedBlock } from './rows/copied-block.ts'
import { rowJson } from './rows/row-json.ts'
import { forEachChange, makeRowReader, type Row } from './rows/row-reader.ts'

/** A finished result. */
export interface Collected {
  readonly shape: QueryOutput
  readonly columns: readonly string[]
  /** What the changes amount to, in order of arrival. */
  readonly rows: () => readonly Row[]
  readonly blocks: readonly CopiedBlock[]
}

/** Collects a result until its query ends. Rows and columns are kept; who asks for one of them pays for it. */
export function collectRows(
  views: MemoryViews,
  { shape }: { readonly shape: QueryOutput },
  done: PromiseWithResolvers<Collected>,
): Consumer {
  const blocks: CopiedBlock[] = []
  const rows: Row[] = []
  const standing = new Map<string, Row[]>()
  return {
    ready: () => true,
    accept(block, count) {
      blocks.push(copyBlock(views, shape, { block, count }))
      const reader = makeRowReader(views, shape)
      forEachChange(reader, { block, count }, ({ kind, row }) => {
        if (shape.mode === 'append') rows.push(row)
        else if (kind === 'insert') append(standing, row)
        else remove(standing, row)
      })
    },
    end: () =>
      done.resolve({
        shape,
        columns: columnNames(shape.columns),
        rows: () => [...rows, ...[...standing.values()].flat()],
        blocks,
      }),
    failed: (reason) => done.reject(reason),
  }
}

function append(standing: Map<string, Row[]>, row: Row): void {
  const key = rowJson(row)
  const equal = standing.get(key)
  if (equal === undefined) standing.set(key, [row])
  else equal.push(row)
}

function remove(standing: Map<string, Row[]>, row: Row): void {
  const key = rowJson(row)
  const equal = standing.get(key) ?? []
  equal.pop()
  if (equal.length === 0) standing.delete(key)
}
