import type { Column } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import { layoutBlock, type LayoutParts } from '../../../runtime/abi/block-layout.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { binary, constI32 } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import type { RowScope } from '../row-scope.ts'
import { storeColumn } from './block-columns.ts'
import type { LoopRow } from './steps.ts'
import type { Gaps } from './wide-row.ts'

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
  /** Of a wide row. */
  readonly gaps: Gaps | null
}

/** Appends the row of `scope` to the output block; a row that fails is reported instead. */
export function writeRow(scope: RowScope, row: RowToWrite, loop: LoopRow): void {
  if (row.gaps) writeWideRow(scope, { ...row, gaps: row.gaps }, loop)
  else writeNarrowRow(scope, row, loop)
}

/** Values first, then stores: only rows that have passed are written. */
function writeNarrowRow(scope: RowScope, { output, count, step = constI32(1) }: RowToWrite, loop: LoopRow): void {
  const { builder } = scope
  const { layout, out, written } = output
  const values = Array.from({ length: count }, (_, index) => scope.column(index))
  scope.check(loop.row, loop.label)
  const at = { block: out, row: written }
  for (const [index, value] of values.entries()) {
    storeColumn(builder, at, { column: must(layout.columns[index], 'a column of the layout'), value })
  }
  writeHiddenColumns(builder, output, written)
  builder.set(written, binary('add', written, step))
}

/** Every value is stored where it is computed (wide-row.ts). */
function writeWideRow(
  scope: RowScope,
  { output, count, gaps }: RowToWrite & { readonly gaps: Gaps },
  loop: LoopRow,
): void {
  const { builder } = scope
  const { layout, out, written } = output
  const place = builder.let('at', written)
  builder.set(written, binary('add', written, constI32(1)))
  const at = { block: out, row: place }
  for (let index = 0; index < count; index++) {
    const column = must(layout.columns[index], 'a column of the layout')
    storeColumn(builder, at, { column, value: scope.column(index) })
  }
  writeHiddenColumns(builder, output, place)
  scope.check(loop.row, loop.label, () => gaps.leave(place))
}

function writeHiddenColumns(builder: FunctionBuilder, output: OutputRow, row: Expression): void {
  const { out, layout } = output
  const { weightOffset, watermarkOffset, originOffset } = layout
  if (weightOffset !== null)
    builder.store('i32', { address: out, offset: weightOffset, index: row }, output.weight ?? constI32(1))
  if (watermarkOffset !== null)
    builder.store('i64', { address: out, offset: watermarkOffset, index: row }, must(output.watermark, 'a watermark'))
  if (originOffset !== null)
    builder.store('i32', { address: out, offset: originOffset, index: row }, must(output.origin, 'an origin'))
}
