import { must } from '../../../sql/base/assert.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import { columnList, type BlockLayout } from '../../../runtime/abi/block.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import { binary, constI32, library } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { zero } from '../function-builder.ts'

/**
 * Rows of many columns. Were all values computed before the first is stored, as it is done for few, then all of them would wait for the last check: thousands
 * of values for each row, in scratch columns where the loop is cut into stages. So each column is stored where it is computed, in the place that the row has
 * if none before it fails; the places of rows that failed are noted as gaps, and closed when all rows are done.
 */
export class Gaps {
  readonly #builder: FunctionBuilder
  /** i32 address of the numbers of the places. */
  readonly #places: Expression
  readonly #count: MutableLocal
  #isEverLeft = false

  constructor(builder: FunctionBuilder) {
    this.#builder = builder
    this.#places = builder.module.scratch(4 * blockRowsMax)
    this.#count = builder.mutable('gaps', zero)
  }

  /** In the code for a row at `place` that has failed. */
  leave(place: Expression): void {
    this.#isEverLeft = true
    this.#builder.store('i32', { address: this.#places, index: this.#count }, place)
    this.#builder.set(this.#count, binary('add', this.#count, constI32(1)))
  }

  /** After the loop. */
  close(rows: GappedRows): void {
    if (!this.#isEverLeft) return
    const columns = this.#builder.module.constant({ kind: 'bytes', bytes: columnListOf(rows) })
    const { block, written } = rows
    const left = library('close_gaps', [block, columns, this.#places, this.#count, written])
    this.#builder.if(binary('gt_s', this.#count, zero), () => this.#builder.set(written, left))
  }
}

/** From so many columns on a row is wide. */
const wideColumnsMin = 32

/** Before the loop over the rows; null when rows of so many columns are not wide. */
export function openGaps(builder: FunctionBuilder, columnCount: number): Gaps | null {
  return columnCount < wideColumnsMin ? null : new Gaps(builder)
}

export interface GappedRows {
  readonly block: Expression
  /** Rows and gaps; afterwards rows. */
  readonly written: MutableLocal
  readonly layout: BlockLayout
  /** How many of the layout's columns have been filled. */
  readonly columnCount: number
}

function columnListOf({ layout, columnCount }: GappedRows): Uint8Array {
  const entries = Array.from({ length: columnCount }, (_, index) => must(layout.columns[index])).flatMap(
    ({ dataOffset, validOffset, physical }) => [
      { offset: dataOffset, sizeBytes: physicalSizeBytes(physical) },
      ...entryOf(validOffset, 1),
    ],
  )
  const { weightOffset, watermarkOffset, originOffset } = layout
  const all = [...entries, ...entryOf(weightOffset, 4), ...entryOf(watermarkOffset, 8), ...entryOf(originOffset, 4)]
  const bytes = new DataView(new ArrayBuffer(columnList.entries + all.length * columnList.entrySizeBytes))
  bytes.setInt32(columnList.count, all.length, true)
  for (const [index, { offset, sizeBytes }] of all.entries()) {
    const entry = columnList.entries + index * columnList.entrySizeBytes
    bytes.setInt32(entry + columnList.dataOffset, offset, true)
    bytes.setInt32(entry + columnList.elementSizeBytes, sizeBytes, true)
  }
  return new Uint8Array(bytes.buffer)
}

function entryOf(offset: number | null, sizeBytes: number): readonly { offset: number; sizeBytes: number }[] {
  return offset === null ? [] : [{ offset, sizeBytes }]
}
