import { must } from '../../../sql/base/assert.ts'
import { physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import { layoutBlock } from '../../abi/block-layout.ts'
import type { BlockLayout } from '../../abi/block.ts'
import { blockRowsMax } from '../../abi/memory.ts'
import { Arena } from '../../memory/arena.ts'
import { orderOf } from '../../memory/page-allocator.ts'
import { ownerBuffers, type WorkerMemory } from '../../memory/worker-memory.ts'
import { makeValueWriter } from '../inbox/value-writer.ts'
import { copyBlock, type CopiedBlock } from './copied-block.ts'
import type { Row } from './row-reader.ts'

export interface ResultColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
}

/** Rows as columns, for Arrow. They are values that were read from blocks, so each fits its column. */
export function rowsToBlocks(
  memory: WorkerMemory,
  columns: readonly ResultColumn[],
  rows: readonly Row[],
): readonly CopiedBlock[] {
  const blocks: CopiedBlock[] = []
  forEachBlock(memory, { columns, rows }, (layout, block) =>
    blocks.push(copyBlock(memory.views, { layout, columns }, block)),
  )
  return blocks
}

/** The layout of blocks of these columns, without weights. */
export function resultLayout(columns: readonly ResultColumn[]): BlockLayout {
  return layoutBlock(columns.map(({ type, nullable }) => ({ physical: physicalType(type), nullable })))
}

/** Writes rows into blocks of linear memory, one after the other; each is valid during the call. */
export function forEachBlock(
  memory: WorkerMemory,
  { columns, rows }: { readonly columns: readonly ResultColumn[]; readonly rows: readonly Row[] },
  use: (layout: BlockLayout, block: { readonly block: number; readonly count: number }) => void,
): void {
  const layout = resultLayout(columns)
  const address = memory.pages.take(ownerBuffers, orderOf(layout.sizeBytes))
  const arena = new Arena(memory.pages, ownerBuffers)
  try {
    writeBlocks({ memory, columns, rows, layout, address, arena }, use)
  } finally {
    arena.free()
    memory.pages.release(address)
  }
}

interface BlocksToWrite {
  readonly memory: WorkerMemory
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly Row[]
  readonly layout: BlockLayout
  /** Of the one block in use. */
  readonly address: number
  /** For its long strings. */
  readonly arena: Arena
}

function writeBlocks(
  { memory, columns, rows, layout, address, arena }: BlocksToWrite,
  use: (layout: BlockLayout, block: { readonly block: number; readonly count: number }) => void,
): void {
  const writers = columns.map((column, index) => {
    const place = must(layout.columns[index], 'a column')
    return {
      name: column.name,
      write: makeValueWriter(
        { views: memory.views, column: place, arena: () => arena },
        { ...column, hasDefault: false },
      ),
    }
  })
  for (let from = 0; from < rows.length; from += blockRowsMax) {
    const part = rows.slice(from, from + blockRowsMax)
    for (const [index, row] of part.entries()) for (const { name, write } of writers) write(address, index, row[name])
    use(layout, { block: address, count: part.length })
    arena.reset()
  }
}
