import type { Pipeline, Step } from '../../../compiler/pipelines/pipeline.ts'
import type { Column, Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Site } from '../../../runtime/abi/artifact.ts'
import type { BlockColumn, BlockLayout } from '../../../runtime/abi/block.ts'
import { controlBlock } from '../../../runtime/abi/state.ts'
import { binary, constI32, load, select } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { RowScope, type ColumnSource } from '../row-scope.ts'
import { blockColumn, type BlockRow } from './block-columns.ts'
import type { Direct } from './key.ts'

/** The rows that a pipeline reads: where the columns of its input edge lie in the blocks that it gets. */
export interface PipelineSource {
  readonly layout: BlockLayout
  readonly schema: readonly Column[]
  /** For each column of the schema, its column of the layout. */
  readonly ordinals: readonly number[]
  /** For results of evaluator calls: the column that says that the call failed, and what then is raised where the result is used. */
  readonly failures: ReadonlyMap<number, { readonly column: number; readonly site: Site }>
  /** Several producers: the watermark before a row is the least of all inputs. */
  readonly isUnion: boolean
}

/** Opens the scope of one row of the input. */
export function openRow(builder: FunctionBuilder, source: PipelineSource, at: BlockRow): RowScope {
  let scope: RowScope | null = null
  const columns = source.schema.map(({ type, nullable }, index): ColumnSource => {
    const column = blockColumnOf(source, index)
    const read = blockColumn(builder, at, { type, nullable, column })
    const failure = source.failures.get(index)
    if (!failure) return read
    return () => {
      const { dataOffset } = must(source.layout.columns[failure.column], 'a column of the layout')
      must(scope, 'an open row').failIf(load('bool', at.block, { offset: dataOffset, index: at.row }), failure.site)
      return read()
    }
  })
  scope = RowScope.open(builder, columns)
  return scope
}

function blockColumnOf({ layout, ordinals }: PipelineSource, index: number): BlockColumn {
  return must(layout.columns[must(ordinals[index], 'a column of the input')], 'a column of the layout')
}

/** Where the value of `expression`, after the steps, lies in the block as it is; null when it is computed or narrow. */
export function directColumn(
  source: PipelineSource,
  { steps }: Pick<Pipeline, 'steps'>,
  { expression, at }: { readonly expression: SqlExpression; readonly at: BlockRow },
): Direct | null {
  const index = inputColumn(steps, expression)
  if (index === null || source.failures.has(index)) return null
  const { physical, dataOffset } = blockColumnOf(source, index)
  const wordCount = physical === 'i128' ? 4 : physical === 'i64' || physical === 'u64' ? 2 : null
  return wordCount && { address: at.block, offset: dataOffset, row: at.row, wordCount }
}

/** The column of the input that `expression`, after the steps, is; null when it is computed. */
export function inputColumn(steps: readonly Step[], expression: SqlExpression): number | null {
  let current = expression
  for (const step of steps.toReversed()) {
    if (current.kind !== 'column') return null
    if (step.kind === 'project') current = must(step.expressions[current.index], 'a projected column')
  }
  return current.kind === 'column' ? current.index : null
}

/** i64: the watermark as it stood before this row; null when the input carries none. */
export function rowWatermark(
  builder: FunctionBuilder,
  source: PipelineSource,
  { at, control }: { readonly at: BlockRow; readonly control: Expression },
): Expression | null {
  const { watermarkOffset } = source.layout
  if (watermarkOffset === null) return null
  const own = builder.let('watermark', load('i64', at.block, { offset: watermarkOffset, index: at.row }))
  if (!source.isUnion) return own
  const cap = builder.let('cap', load('i64', control, { offset: controlBlock.watermarkCap }))
  return builder.let('watermark', select(binary('lt_s', own, cap), own, cap))
}

/** i1: the row is added (true) or taken out; null on inputs that only grow. */
export function isInsertion({ layout }: PipelineSource, { block, row }: BlockRow): Expression | null {
  return layout.weightOffset === null
    ? null
    : binary('gt_s', load('i32', block, { offset: layout.weightOffset, index: row }), constI32(0))
}
