import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { ColumnDefinition, WatermarkClause } from '../../../sql/plan/statement.ts'
import { must } from '../../../sql/base/assert.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { sourceControl } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { validityAbsent } from '../../../runtime/abi/format.ts'
import { nullEventTime } from '../../../runtime/abi/state.ts'
import { binary, constI1, constI32, constI64, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { loweringOf } from '../aggregates/accumulate.ts'
import { lowerExpression } from '../expressions/lower.ts'
import { failWhen } from '../expressions/strict.ts'
import { andValid, isNull } from '../expressions/validity.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { RowScope } from '../row-scope.ts'
import { memoryTypeOf } from '../memory-type.ts'
import { defineBlockKernel } from './block-kernel.ts'
import { blockColumn, storeColumn, type BlockRow } from './block-columns.ts'

export interface IngestParts {
  readonly definitions: readonly ColumnDefinition[]
  readonly layout: BlockLayout
  readonly watermark: WatermarkClause | null
  /** Ordinals of the columns that are filled. */
  readonly present: ReadonlySet<number>
}

/**
 * `ingest(block, count, control)`: completes the rows of a source in place. Defaults go where fields were absent, computed columns are
 * computed, the event time is checked, and each row gets the watermark as it stood before it (decision 0004). Rows that fail are
 * left out: those behind them move up.
 */
export function lowerIngest(module: ModuleBuilder, parts: IngestParts): string {
  return defineBlockKernel(module, { name: 'ingest', result: 'i32' }, (builder, { block, count, control }) => {
    if (!hasWork(parts)) {
      builder.return(count)
      return
    }
    const kept = builder.mutable('written', zero)
    builder.for(zero, count, (row, label) => ingestRow(builder, parts, { at: { block, row }, control, kept, label }))
    builder.return(kept)
  })
}

function hasWork({ definitions, watermark, present }: IngestParts): boolean {
  return (
    watermark !== null || [...present].some((index) => definitions[index]?.computed ?? definitions[index]?.defaultValue)
  )
}

interface IngestRow {
  readonly at: BlockRow
  readonly control: Expression
  readonly kept: MutableLocal
  readonly label: number
}

function ingestRow(builder: FunctionBuilder, parts: IngestParts, { at, control, kept, label }: IngestRow): void {
  const { definitions, layout, watermark, present } = parts
  const scope = RowScope.open(
    builder,
    definitions.map((definition, index) => () => {
      const computed = definition.computed
      if (computed) return lowerExpression(computed, scope)
      return blockColumn(builder, at, { ...definition, column: must(layout.columns[index]) })()
    }),
  )
  for (const index of present) fillDefault(scope, parts, { index, at })
  const computed = [...present].flatMap((index) => {
    const definition = must(definitions[index])
    return definition.computed ? [{ index, definition, value: scope.column(index) }] : []
  })
  for (const { definition, value } of computed) {
    if (!definition.nullable) missing(scope, { definition, condition: isNull(value) })
  }
  const advance = watermark && checkEventTime(scope, { watermark, definitions, control })
  scope.check(at.row, label)
  for (const { index, value } of computed) storeColumn(builder, at, { column: must(layout.columns[index]), value })
  if (layout.watermarkOffset !== null) {
    const before = load('i64', control, { offset: sourceControl.watermark })
    builder.store('i64', { address: at.block, offset: layout.watermarkOffset, index: kept }, before)
  }
  advance?.()
  builder.if(binary('ne', kept, at.row), () => moveRow(builder, parts, { at, to: kept }))
  builder.set(kept, binary('add', kept, constI32(1)))
}

/** The default where the field was absent; NULL in a NOT NULL column is an error. */
function fillDefault(
  scope: RowScope,
  { definitions, layout }: IngestParts,
  { index, at }: { readonly index: number; readonly at: BlockRow },
): void {
  const { builder } = scope
  const definition = must(definitions[index])
  if (!definition.defaultValue) return
  const expression: SqlExpression = definition.defaultValue
  const column = must(layout.columns[index])
  const offset = must(column.validOffset, 'a validity array beside a default')
  const state = builder.let('valid', load('u8', at.block, { offset, index: at.row }))
  builder.if(binary('eq', state, constI32(validityAbsent)), () => {
    const value = lowerExpression(expression, scope)
    storeColumn(builder, at, { column, value })
    if (!definition.nullable) missing(scope, { definition, condition: isNull(value) })
  })
  if (!definition.nullable) missing(scope, { definition, condition: binary('eq', state, zero) })
}

function missing(
  scope: RowScope,
  { definition, condition }: { readonly definition: ColumnDefinition; readonly condition: Expression },
): void {
  failWhen(loweringOf(scope), condition, {
    code: 'missing_value',
    span: definition.span,
    arguments: { column: definition.name, type: typeName(definition.type) },
  })
}

/** Checks the event time; returns what moves the watermark once the row is known to stay. */
function checkEventTime(
  scope: RowScope,
  {
    watermark,
    definitions,
    control,
  }: {
    readonly watermark: WatermarkClause
    readonly definitions: readonly ColumnDefinition[]
    readonly control: Expression
  },
): () => void {
  const { builder } = scope
  const lowering = loweringOf(scope)
  const time = scope.column(watermark.column)
  const { name } = must(definitions[watermark.column])
  const failure = { span: watermark.span, arguments: { column: name } }
  if (time.valid) failWhen(lowering, isNull(time), { code: 'null_event_time', ...failure })
  const limit = load('i64', control, { offset: sourceControl.aheadLimit })
  builder.if(andValid(time.valid, binary('gt_s', time.value, limit)), () => {
    failWhen(lowering, binary('eq', time.value, constI64(nullEventTime)), { code: 'null_event_time', ...failure })
    failWhen(lowering, constI1(true), { code: 'future_event_time', ...failure })
  })
  const promised = watermark.expression ? lowerExpression(watermark.expression, scope) : null
  return () => {
    const known = (): Expression => load('i64', control, { offset: sourceControl.watermark })
    builder.if(binary('lt_s', time.value, known()), () => {
      const offset = sourceControl.lateRows
      builder.store('i32', { address: control, offset }, binary('add', load('i32', control, { offset }), constI32(1)))
    })
    if (!promised) return
    builder.if(andValid(promised.valid, binary('gt_s', promised.value, known())), () =>
      builder.store('i64', { address: control, offset: sourceControl.watermark }, promised.value),
    )
  }
}

/** Copies a row over the place of one that was left out. */
function moveRow(
  builder: FunctionBuilder,
  { layout, present }: IngestParts,
  { at, to }: { readonly at: BlockRow; readonly to: Expression },
): void {
  for (const index of present) {
    const { physical, dataOffset, validOffset } = must(layout.columns[index])
    const memory = memoryTypeOf(physical)
    if (memory === null) {
      const element = (row: Expression): Expression =>
        binary('add', binary('add', at.block, constI32(dataOffset)), binary('shl', row, constI32(4)))
      builder.copy({ address: builder.let('to', element(to)) }, { address: builder.let('from', element(at.row)) }, 16)
    } else {
      const value = load(memory, at.block, { offset: dataOffset, index: at.row })
      builder.store(memory, { address: at.block, offset: dataOffset, index: to }, value)
    }
    if (validOffset !== null) {
      const valid = load('u8', at.block, { offset: validOffset, index: at.row })
      builder.store('u8', { address: at.block, offset: validOffset, index: to }, valid)
    }
  }
}
