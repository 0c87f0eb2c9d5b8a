import type { Column } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import { layoutBlock, type LayoutParts } from '../../../runtime/abi/block-layout.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { binary, constI32 } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { MutableLocal } from '../function-builder.ts'
import type { RowScope } from '../row-scope.ts'
import { storeColumn } from './block-columns.ts'
import type { LoopRow } from './steps.ts'

export function layoutOf(schema: readonly Column[], parts: LayoutParts): BlockLayout {
  return layoutBlock(
    schema.map(({ type, nullable }) => ({ physical: physicalType(type), nullable })),
    parts,
  )
}

export interface OutputRow {
  readonly out: Expression
  readonly layout: BlockLayout
  /** Rows written so far. */
  readonly written: MutableLocal
  /** i32 */
  readonly weight: Expression | null
  /** i64 */
  readonly watermark: Expression | null
  /** i32 */
  readonly origin: Expression | null
}

export interface RowToWrite {
  readonly output: OutputRow
  /** How many of the layout's columns the scope fills. */
  readonly count: number
  /** i32: 1; or 0 for a row that is to be overwritten by the next */
  readonly step?: Expression
}

/** Appends the row of `scope` to the output block; a row that fails is reported instead. */
export function writeRow(scope: RowScope, { output, count, step = constI32(1) }: RowToWrite, loop: LoopRow): void {
  const { builder } = scope
  const { layout, out, written } = output
  const values = Array.from({ length: count }, (_, index) => scope.column(index))
  scope.check(loop.row, loop.label)
  const at = { block: out, row: written }
  for (const [index, value] of values.entries()) {
    storeColumn(builder, at, { column: must(layout.columns[index], 'a column of the layout'), value })
  }
  const { weightOffset, watermarkOffset, originOffset } = layout
  if (weightOffset !== null) {
    builder.store('i32', { address: out, offset: weightOffset, index: written }, output.weight ?? constI32(1))
  }
  if (watermarkOffset !== null) {
    builder.store(
      'i64',
      { address: out, offset: watermarkOffset, index: written },
      must(output.watermark, 'a watermark'),
    )
  }
  if (originOffset !== null) {
    builder.store('i32', { address: out, offset: originOffset, index: written }, must(output.origin, 'an origin'))
  }
  builder.set(written, binary('add', written, step))
}
