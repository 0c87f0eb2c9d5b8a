import { DataError } from '../../../sql/base/diagnostic.ts'
import { invalidRow } from '../../../sql/messages/raise.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import type { BlockColumn, BlockLayout } from '../../abi/block.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import type { WorkerMemory } from '../../memory/worker-memory.ts'
import { fitsBulk, type ColumnInput } from './column-input.ts'
import type { Inbox } from './inbox.ts'
import { makeValueWriter, type ValueWriter, type WritableColumn } from './value-writer.ts'

/** A declared column that callers may give; null stands for a computed one, which the source fills. */
export type InboxColumn = WritableColumn | null

/** Writes rows and columns of callers into an inbox: a push is taken whole or, when one value does not fit, not at all. */
export class InboxWriter {
  readonly #name: string
  readonly #inbox: Inbox
  readonly #views: MemoryViews
  readonly #columns: readonly {
    readonly declared: WritableColumn
    readonly block: BlockColumn
    readonly write: ValueWriter
  }[]

  constructor(
    name: string,
    inbox: Inbox,
    shape: { readonly memory: WorkerMemory; readonly layout: BlockLayout; readonly columns: readonly InboxColumn[] },
  ) {
    this.#name = name
    this.#inbox = inbox
    this.#views = shape.memory.views
    this.#columns = shape.layout.columns.flatMap((block, index) => {
      const declared = shape.columns[index]
      if (declared === null || declared === undefined) return []
      const target = { views: shape.memory.views, column: block, arena: () => inbox.arena() }
      return [{ declared, block, write: makeValueWriter(target, declared) }]
    })
  }

  /** False: full, nothing was taken. @throws DataError invalid_row, closed */
  pushRows(rows: readonly unknown[]): boolean {
    return this.#whole(() => {
      for (let index = 0; index < rows.length; index++) this.#pushRow(rows[index], index)
    })
  }

  /** Takes the row even when the inbox is full: for rows whose producer is held up by other means. */
  pushAnyway(row: unknown): void {
    this.#whole(() => this.#pushRow(row, 0), { evenWhenFull: true })
  }

  /** As `pushRows`; `inputs` gives a column by its declaration, undefined where the caller has none. */
  pushColumns(rowCount: number, inputs: (column: WritableColumn) => ColumnInput | undefined): boolean {
    const columns = this.#columns.map((column) => ({ ...column, input: inputs(column.declared) }))
    return this.#whole(() => {
      for (let from = 0; from < rowCount;) {
        const { block, row, rowsFree } = this.#inbox.next()
        const count = Math.min(rowsFree, rowCount - from)
        for (const column of columns) this.#writeColumn(column, { block, row, from, count })
        this.#inbox.wrote(count)
        from += count
      }
    })
  }

  #pushRow(row: unknown, index: number): void {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw this.#refuse(index, 'it is not an object')
    const { block, row: at } = this.#inbox.next()
    for (const { declared, write } of this.#columns) {
      const problem = write(block, at, field(row as Readonly<Record<string, unknown>>, declared.name))
      if (problem !== null) throw this.#refuse(index, problem)
    }
    this.#inbox.wrote(1)
  }

  #writeColumn(
    {
      declared,
      block: column,
      write,
      input,
    }: {
      readonly declared: WritableColumn
      readonly block: BlockColumn
      readonly write: ValueWriter
      readonly input: ColumnInput | undefined
    },
    {
      block,
      row,
      from,
      count,
    }: { readonly block: number; readonly row: number; readonly from: number; readonly count: number },
  ): void {
    if (input !== undefined && input.bulk !== null && fitsBulk(input.bulk, declared.type)) {
      const { bulk } = input
      const bytes = new Uint8Array(
        bulk.buffer,
        bulk.byteOffset + from * bulk.BYTES_PER_ELEMENT,
        count * bulk.BYTES_PER_ELEMENT,
      )
      this.#views.u8.set(bytes, block + column.dataOffset + row * physicalSizeBytes(column.physical))
      if (column.validOffset !== null)
        this.#views.u8.fill(1, block + column.validOffset + row, block + column.validOffset + row + count)
      return
    }
    for (let index = 0; index < count; index++) {
      const problem = write(block, row + index, input === undefined ? undefined : input.get(from + index))
      if (problem !== null) throw this.#refuse(from + index, problem)
    }
  }

  #whole(write: () => void, { evenWhenFull = false } = {}): boolean {
    if (this.#inbox.full && !evenWhenFull) return false
    const mark = this.#inbox.begin()
    try {
      write()
    } catch (error) {
      this.#inbox.rollBack(mark)
      throw error
    }
    this.#inbox.commit()
    return true
  }

  #refuse(index: number, detail: string): DataError {
    return new DataError(invalidRow({ index, name: this.#name, detail }))
  }
}

/** A field by its name, exactly, else in any case. */
function field(row: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name]
  const lower = name.toLowerCase()
  for (const key in row) if (key.toLowerCase() === lower && Object.hasOwn(row, key)) return row[key]
  return undefined
}
