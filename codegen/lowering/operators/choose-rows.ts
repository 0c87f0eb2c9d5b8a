import type { Step } from '../../../compiler/pipelines/pipeline.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import { binary, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { lowerCondition, lowerExpression } from '../expressions/lower.ts'
import { canFail, isComparisonOperator } from '../expressions/traits.ts'
import type { RowScope } from '../row-scope.ts'

/**
 * Filtering without a branch: every row is written, and the place for the next one moves on only when the row passes. A
 * branch that goes either way by chance costs some 15 cycles when it is mispredicted, a few stores cost two or three
 * (bench/kernel, case filter).
 *
 * Only where nothing can fail, conditions are comparisons of numbers with constants and few columns of fixed width are merely
 * passed on: then the work for rows that do not pass is small. A null result means: filter with branches.
 */
export interface RowChoice {
  readonly scope: RowScope
  /** i32, 0 or 1 */
  readonly chosen: Expression
}

/** More stores than this for nothing, and a branch is better even when it is often wrong. */
const columnsMax = 4

export function chooseRows(steps: readonly Step[], scope: RowScope): RowChoice | null {
  const [filter, project, ...more] = steps
  if (filter?.kind !== 'filter' || project?.kind !== 'project' || more.length > 0) return null
  if (project.expressions.length > columnsMax || !project.expressions.every(isPassedOn)) return null
  const conditions = conjuncts(filter.predicate)
  if (!conditions.every(isCheapCondition)) return null
  const { builder } = scope
  builder.mark(filter.node, 'filter', filter.predicate.span)
  const truths = conditions.map((condition) => unary('i32_from_i1', lowerCondition(condition, scope)))
  const chosen = builder.let(
    'chosen',
    truths.reduce((all, truth) => binary('and', all, truth)),
  )
  builder.mark(project.node, 'project', project.expressions[0]?.span)
  return {
    scope: scope.derive(project.expressions.map((expression) => () => lowerExpression(expression, scope))),
    chosen,
  }
}

function conjuncts(predicate: SqlExpression): readonly SqlExpression[] {
  if (predicate.kind !== 'binary' || predicate.operator !== 'and') return [predicate]
  return [...conjuncts(predicate.left), ...conjuncts(predicate.right)]
}

function isCheapCondition(condition: SqlExpression): boolean {
  if (condition.kind !== 'binary' || !isComparisonOperator(condition.operator)) return false
  return (
    [condition.left, condition.right].every((operand) => isNumberInPlace(operand)) &&
    [condition.left, condition.right].some((operand) => operand.kind === 'literal')
  )
}

function isNumberInPlace(expression: SqlExpression): boolean {
  const isFixed = ['i8', 'u8', 'i16', 'u16', 'i32', 'i64', 'f32', 'f64'].includes(physicalType(expression.type))
  return (
    isFixed &&
    !canFail(expression) &&
    !expression.nullable &&
    (expression.kind === 'column' || expression.kind === 'literal')
  )
}

function isPassedOn(expression: SqlExpression): boolean {
  const physical = physicalType(expression.type)
  return (
    expression.kind === 'column' &&
    !canFail(expression) &&
    !expression.nullable &&
    physical !== 'view' &&
    physical !== 'interval'
  )
}
