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
  const { columns, weightOffset, watermarkOffset, originOffset } = layout
  const countMax = 2 * columnCount + 3
  const bytes = new DataView(new ArrayBuffer(columnList.entries + countMax * columnList.entrySizeBytes))
  let count = 0
  const add = (offset: number | null, sizeBytes: number): void => {
    if (offset === null) return
    const entry = columnList.entries + count * columnList.entrySizeBytes
    bytes.setInt32(entry + columnList.dataOffset, offset, true)
    bytes.setInt32(entry + columnList.elementSizeBytes, sizeBytes, true)
    count += 1
  }
  for (let index = 0; index < columnCount; index++) {
    const { dataOffset, validOffset, physical } = must(columns[index])
    add(dataOffset, physicalSizeBytes(physical))
    add(validOffset, 1)
  }
  add(weightOffset, 4)
  add(watermarkOffset, 8)
  add(originOffset, 4)
  bytes.setInt32(columnList.count, count, true)
  return new Uint8Array(bytes.buffer.slice(0, columnList.entries + count * columnList.entrySizeBytes))
}
