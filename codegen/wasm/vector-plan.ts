import type { Expression, Statement, Variable } from '../kernel/ir.ts'

/**
 * Row loops that two rows can go through at once: straight-line work on columns of 8-byte values. What such a loop looks like:
 *
 *     for i = 0 .. count
 *       let mutable error = 0                      (where something can fail)
 *       let x = load.i64 (in + 64)[i]  ..          arithmetic, comparisons
 *       if condition: set error = 1
 *       if error: report, continue                 the vectors leave before that, the scalar loop does it
 *       store.i64 (out + 64)[written] = x
 *       set written = written + 1, or + whether the row was chosen
 *
 * `in` and `out` are different blocks (contract of kernels, runtime/abi/artifact.ts), so rows may be read before others are written, and
 * the row behind the last one written is nobody's.
 */
export type VectorStep =
  | { readonly kind: 'let'; readonly variable: Variable; readonly value: Expression }
  | { readonly kind: 'fails'; readonly condition: Expression }
  | { readonly kind: 'leave_on_failure' }
  | { readonly kind: 'store'; readonly address: Expression; readonly offset: number; readonly value: Expression }

export interface VectorPlan {
  readonly row: Variable
  readonly written: Variable
  readonly error: Variable | null
  readonly steps: readonly VectorStep[]
  /** Whether a row is kept; null: all are. */
  readonly chosen: Expression | null
}

type For = Statement & { readonly kind: 'for' }

/** How to do a loop with vectors, or null. */
export function planVectors(loop: For): VectorPlan | null {
  if (!isConst(loop.from, 0)) return null
  const steps: VectorStep[] = []
  let error: Variable | null = null
  let advance: { readonly written: Variable; readonly chosen: Expression | null } | null = null
  let left = true
  for (const statement of loop.body) {
    if (statement.kind === 'mark') continue
    if (advance) return null
    if (isErrorVariable(statement)) {
      if (error) return null
      error = statement.variable
      continue
    }
    const step = stepOf(statement, loop.variable, error)
    if (step === null) {
      advance = advanceOf(statement)
      if (!advance) return null
      continue
    }
    if (step.kind === 'fails') left = false
    if (step.kind === 'leave_on_failure') left = true
    if (step.kind === 'store' && !left) return null
    steps.push(step)
  }
  if (!advance || !left) return null
  const { written, chosen } = advance
  const isOurs = loop.body.every((statement) => statement.kind !== 'store' || isAt(statement.index, written))
  if (!isOurs || !steps.some(({ kind }) => kind === 'store')) return null
  return { row: loop.variable, written, error, steps, chosen }
}

function isErrorVariable(statement: Statement): statement is Statement & { readonly kind: 'let' } {
  return (
    statement.kind === 'let' &&
    statement.variable.role === 'error' &&
    statement.variable.mutable &&
    isConst(statement.value, 0)
  )
}

function stepOf(statement: Statement, row: Variable, error: Variable | null): VectorStep | null {
  switch (statement.kind) {
    case 'let':
      return !statement.variable.mutable && isLane(statement.value, { row, error }) ? statement : null
    case 'store': {
      const { memory, address, offset, value } = statement
      const isColumn = (memory === 'i64' || memory === 'f64') && isBlock(address, 'out')
      return isColumn && isLane(value, { row, error }) ? { kind: 'store', address, offset, value } : null
    }
    case 'if':
      return error && statement.otherwise.length === 0 ? failureOf(statement, { row, error }) : null
    default:
      return null
  }
}

interface LoopVariables {
  readonly row: Variable
  readonly error: Variable | null
}

function failureOf(
  { condition, then }: Statement & { readonly kind: 'if' },
  variables: LoopVariables,
): VectorStep | null {
  const [only, ...more] = then
  if (only?.kind === 'set' && more.length === 0 && only.variable === variables.error) {
    return isLane(condition, variables) ? { kind: 'fails', condition } : null
  }
  const isReport =
    condition.kind === 'binary' &&
    condition.operator === 'ne' &&
    isRead(condition.left, variables.error) &&
    isConst(condition.right, 0)
  return isReport && then.at(-1)?.kind === 'continue' ? { kind: 'leave_on_failure' } : null
}

/** written = written + 1, or + a truth value */
function advanceOf(statement: Statement): { readonly written: Variable; readonly chosen: Expression | null } | null {
  if (statement.kind !== 'set' || statement.value.kind !== 'binary' || statement.value.operator !== 'add') return null
  const { left, right } = statement.value
  if (!isRead(left, statement.variable)) return null
  if (isConst(right, 1)) return { written: statement.variable, chosen: null }
  const isTruth = right.kind === 'local' && right.variable.role === 'chosen'
  return isTruth ? { written: statement.variable, chosen: right } : null
}

const laneUnaries: ReadonlySet<string> = new Set([
  'not',
  'i32_from_i1',
  'neg',
  'abs',
  'sqrt',
  'floor',
  'ceil',
  'trunc',
  'nearest',
])
const laneBinaries: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'and',
  'or',
  'xor',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'lt_s',
  'le_s',
  'gt_s',
  'ge_s',
  'add_overflows',
  'sub_overflows',
])

/** Can the expression be computed for two rows in one vector? */
function isLane(expression: Expression, variables: LoopVariables): boolean {
  switch (expression.kind) {
    case 'const':
      return expression.type === 'i64' || expression.type === 'f64'
    case 'local':
      // i32 only as the truth values that choose a row
      return (
        expression.variable.type !== 'i128' &&
        (expression.variable.type !== 'i32' || expression.variable.role === 'chosen') &&
        !expression.variable.mutable
      )
    case 'load':
      return (
        (expression.memory === 'i64' || expression.memory === 'f64') &&
        isBlock(expression.address, 'in') &&
        isAt(expression.index, variables.row)
      )
    case 'unary':
      return laneUnaries.has(expression.operator) && isLane(expression.operand, variables)
    case 'binary':
      if (isNoErrorSoFar(expression, variables.error)) return true
      return (
        laneBinaries.has(expression.operator) &&
        isLane(expression.left, variables) &&
        isLane(expression.right, variables)
      )
    case 'select':
      return [expression.condition, expression.yes, expression.no].every((part) => isLane(part, variables))
    default:
      return false
  }
}

/** `error == 0`, which holds for all rows that vectors go on with. */
export function isNoErrorSoFar(expression: Expression, error: Variable | null): boolean {
  return (
    expression.kind === 'binary' &&
    expression.operator === 'eq' &&
    error !== null &&
    isRead(expression.left, error) &&
    isConst(expression.right, 0)
  )
}

function isBlock(address: Expression, role: 'in' | 'out'): boolean {
  return (
    address.kind === 'local' &&
    address.variable.role === role &&
    address.variable.type === 'i32' &&
    !address.variable.mutable
  )
}

function isAt(index: Expression | null, variable: Variable): boolean {
  return index !== null && isRead(index, variable)
}

function isRead(expression: Expression, variable: Variable | null): boolean {
  return expression.kind === 'local' && variable !== null && expression.variable.id === variable.id
}

function isConst(expression: Expression, value: number): boolean {
  return expression.kind === 'const' && expression.value === value
}
