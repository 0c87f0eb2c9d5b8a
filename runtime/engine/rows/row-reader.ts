import type { ArtifactColumn } from '../../abi/artifact.ts'
import type { BlockLayout } from '../../abi/block.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import { makeValueReader, type RowValue } from './row-value.ts'

/** A row by column names, in column order. */
export type Row = Record<string, RowValue>

/** One change of a result: an update is a delete and an insert. */
export interface Change<R = Row> {
  readonly kind: 'insert' | 'delete'
  readonly row: R
}

export interface RowReader {
  /** The row at `index` of the block. */
  row(block: number, index: number): Row
  /** 1 on append edges. */
  weight(block: number, index: number): number
}

export interface ReadShape {
  readonly layout: BlockLayout
  readonly columns: readonly (ArtifactColumn | null)[]
}

/** Reads blocks of one layout into plain objects that own their data. */
export function makeRowReader(views: MemoryViews, { layout, columns }: ReadShape): RowReader {
  const fields = columns.flatMap((column, index) => {
    const block = layout.columns[index]
    return column === null || block === undefined
      ? []
      : [{ name: column.name, read: makeValueReader(views, block, column.type) }]
  })
  const { weightOffset } = layout
  return {
    row(block, index) {
      const row: Row = {}
      for (const { name, read } of fields) setField(row, name, read(block, index))
      return row
    },
    weight:
      weightOffset === null ? () => 1 : (block, index) => views.i32[(block + weightOffset + index * 4) >>> 2] as number,
  }
}

/** Assigning to `__proto__` would change the object's prototype instead of making a field. */
function setField(row: Row, name: string, value: RowValue): void {
  if (name === '__proto__')
    Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true })
  else row[name] = value
}

/** Calls `take` for every change of a block; a row of weight n comes n times. */
export function forEachChange(
  reader: RowReader,
  { block, count }: { readonly block: number; readonly count: number },
  take: (change: Change) => void,
): void {
  for (let index = 0; index < count; index++) {
    const weight = reader.weight(block, index)
    if (weight === 0) continue
    const change: Change = { kind: weight > 0 ? 'insert' : 'delete', row: reader.row(block, index) }
    take(change)
    for (let more = Math.abs(weight) - 1; more > 0; more--) take({ kind: change.kind, row: { ...change.row } })
  }
}
