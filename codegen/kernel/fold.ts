import type { BinaryOperator, Expression, UnaryOperator } from './ir.ts'

/**
 * Local folding in the node constructors: only where the result is exact and the discarded operand has no effect.
 * Each returns null when there is nothing to fold. Loads and calls are never dropped here.
 */
export function foldUnary(operator: UnaryOperator, operand: Expression): Expression | null {
  if (operand.kind === 'const') return foldUnaryConstant(operator, operand.value)
  if (operator === 'not') return foldNot(operand)
  if (operand.kind === 'unary' && isRoundTrip(operator, operand)) return operand.operand
  return null
}

export function foldBinary(operator: BinaryOperator, left: Expression, right: Expression): Expression | null {
  if (left.kind === 'const' && right.kind === 'const') return foldConstants(operator, left, right)
  if (right.kind === 'const') return foldRight(operator, left, right.value)
  if (left.kind === 'const') return foldLeft(operator, left.value, right)
  return null
}

/** A constant condition decides when the other side has no effect. */
export function foldSelect(condition: Expression, yes: Expression, no: Expression): Expression | null {
  if (condition.kind !== 'const') return null
  const [taken, dropped] = condition.value === true ? [yes, no] : [no, yes]
  return isTrivial(dropped) ? taken : null
}

/** Reads nothing that evaluation could trip over: may be dropped. */
function isTrivial(expression: Expression): boolean {
  return ['const', 'local', 'constant', 'scratch'].includes(expression.kind)
}

const i1 = (value: boolean): Expression => ({ kind: 'const', type: 'i1', value })
const i32 = (value: number): Expression => ({ kind: 'const', type: 'i32', value: value | 0 })
const i64 = (value: bigint): Expression => ({ kind: 'const', type: 'i64', value: BigInt.asIntN(64, value) })

function foldUnaryConstant(operator: UnaryOperator, value: number | bigint | boolean): Expression | null {
  if (typeof value === 'boolean') {
    if (operator === 'not') return i1(!value)
    return operator === 'i32_from_i1' ? i32(value ? 1 : 0) : null
  }
  if (typeof value === 'number') {
    if (operator === 'i1_from_i32') return i1(value !== 0)
    if (operator === 'eqz') return i1(value === 0)
    if (operator === 'i64_from_i32_s') return i64(BigInt(value))
    if (operator === 'i64_from_i32_u') return i64(BigInt(value >>> 0))
    return operator === 'f64_from_i32_s' ? { kind: 'const', type: 'f64', value } : null
  }
  if (operator === 'eqz') return i1(value === 0n)
  if (operator === 'i32_wrap_i64') return i32(Number(BigInt.asIntN(32, value)))
  if (operator === 'i32_high_i64') return i32(Number(BigInt.asIntN(32, value >> 32n)))
  return operator === 'i128_from_i64' ? { kind: 'const', type: 'i128', value } : null
}

const opposites: Partial<Record<BinaryOperator, BinaryOperator>> = {
  eq: 'ne',
  ne: 'eq',
  lt_s: 'ge_s',
  ge_s: 'lt_s',
  le_s: 'gt_s',
  gt_s: 'le_s',
  lt_u: 'ge_u',
  ge_u: 'lt_u',
  le_u: 'gt_u',
  gt_u: 'le_u',
}

/** `eq` and `ne` are opposites on f64 too; the IEEE orders are not, and are not in the table. */
function foldNot(operand: Expression): Expression | null {
  if (operand.kind === 'unary' && operand.operator === 'not') return operand.operand
  if (operand.kind !== 'binary') return null
  const opposite = opposites[operand.operator]
  return opposite === undefined ? null : { ...operand, operator: opposite }
}

function isRoundTrip(operator: UnaryOperator, inner: Expression & { readonly kind: 'unary' }): boolean {
  if (operator === 'i1_from_i32') return inner.operator === 'i32_from_i1'
  if (operator === 'i32_wrap_i64') return inner.operator === 'i64_from_i32_s' || inner.operator === 'i64_from_i32_u'
  return operator === 'i64_wrap_i128' && inner.operator === 'i128_from_i64'
}

type Constant = Expression & { readonly kind: 'const' }

function foldConstants(operator: BinaryOperator, left: Constant, right: Constant): Expression | null {
  const { value: a } = left
  const { value: b } = right
  if (typeof a === 'boolean' && typeof b === 'boolean') {
    if (operator === 'and') return i1(a && b)
    if (operator === 'or') return i1(a || b)
    return operator === 'eq' ? i1(a === b) : operator === 'ne' || operator === 'xor' ? i1(a !== b) : null
  }
  if (left.type === 'i32' && typeof a === 'number' && typeof b === 'number') return foldI32(operator, a, b)
  return typeof a === 'bigint' && typeof b === 'bigint' && left.type === 'i64' ? foldI64(operator, a, b) : null
}

function foldI32(operator: BinaryOperator, a: number, b: number): Expression | null {
  switch (operator) {
    case 'add':
      return i32(a + b)
    case 'sub':
      return i32(a - b)
    case 'mul':
      return i32(Math.imul(a, b))
    case 'and':
      return i32(a & b)
    case 'or':
      return i32(a | b)
    case 'shl':
      return i32(a << b)
    case 'lt_u':
    case 'le_u':
    case 'gt_u':
    case 'ge_u':
      return foldOrder(operator, a >>> 0, b >>> 0)
    default:
      return foldOrder(operator, a, b)
  }
}

function foldI64(operator: BinaryOperator, a: bigint, b: bigint): Expression | null {
  switch (operator) {
    case 'add':
      return i64(a + b)
    case 'sub':
      return i64(a - b)
    case 'mul':
      return i64(a * b)
    case 'lt_u':
    case 'le_u':
    case 'gt_u':
    case 'ge_u':
      return foldOrder(operator, BigInt.asUintN(64, a), BigInt.asUintN(64, b))
    default:
      return foldOrder(operator, a, b)
  }
}

/** Operands are already read with the operator's signedness. */
function foldOrder(operator: BinaryOperator, a: number | bigint, b: number | bigint): Expression | null {
  switch (operator) {
    case 'eq':
      return i1(a === b)
    case 'ne':
      return i1(a !== b)
    case 'lt_s':
    case 'lt_u':
      return i1(a < b)
    case 'le_s':
    case 'le_u':
      return i1(a <= b)
    case 'gt_s':
    case 'gt_u':
      return i1(a > b)
    case 'ge_s':
    case 'ge_u':
      return i1(a >= b)
    default:
      return null
  }
}

const integerOnly: ReadonlySet<BinaryOperator> = new Set(['and', 'or', 'xor', 'shl', 'shr_s', 'shr_u'])
const keepsLeftOfZero: ReadonlySet<BinaryOperator> = new Set(['add', 'sub', 'or', 'xor', 'shl', 'shr_s', 'shr_u'])
const commutative: ReadonlySet<BinaryOperator> = new Set(['add', 'or', 'xor', 'mul'])

/** Integer and truth identities only: on f64, x + 0 is not x for -0. */
function foldRight(operator: BinaryOperator, left: Expression, value: number | bigint | boolean): Expression | null {
  if (typeof value === 'boolean') return foldTruth(operator, left, value)
  const isInteger = typeof value === 'bigint' || integerOnly.has(operator) || isI32(left)
  if (!isInteger) return null
  const isZero = value === 0 || value === 0n
  if (isZero && keepsLeftOfZero.has(operator)) return left
  const isOne = value === 1 || value === 1n
  return isOne && operator === 'mul' ? left : null
}

function foldLeft(operator: BinaryOperator, value: number | bigint | boolean, right: Expression): Expression | null {
  if (typeof value === 'boolean') return foldTruth(operator, right, value)
  return commutative.has(operator) ? foldRight(operator, right, value) : null
}

function foldTruth(operator: BinaryOperator, other: Expression, value: boolean): Expression | null {
  if (operator === 'and') return value ? other : isTrivial(other) ? i1(false) : null
  if (operator === 'or') return value ? (isTrivial(other) ? i1(true) : null) : other
  if (operator === 'eq') return value ? other : { kind: 'unary', operator: 'not', operand: other }
  if (operator === 'ne' || operator === 'xor') return value ? { kind: 'unary', operator: 'not', operand: other } : other
  return null
}

/** Whether the expression is surely i32: enough for folding, without a dependency on `typeOf`. */
function isI32(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
    case 'scratch':
      return true
    case 'const':
      return expression.type === 'i32'
    case 'local':
      return expression.variable.type === 'i32'
    case 'load':
      return expression.memory !== 'f32' && expression.memory !== 'f64'
    case 'binary':
      return isI32(expression.left)
    default:
      return false
  }
}
