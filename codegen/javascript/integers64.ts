import { InternalError } from '../../sql/base/diagnostic.ts'
import { openAccess, reference } from './access.ts'
import type { BinaryOperator, Expression, UnaryOperator } from '../kernel/ir.ts'
import type { Access, FunctionScope, Slot } from './function-scope.ts'
import {
  assign,
  bigintOf,
  both,
  choose,
  constDeclaration,
  either,
  element,
  infix,
  literal,
  mathCall,
  unsigned64,
  wrap32,
  wrap64,
} from './nodes.ts'
import type { Js, JsStatement, Name } from './nodes.ts'
import { emitPair, stablePair } from './operands.ts'
import { addressOf } from './integers128.ts'
import { emitShift } from './shifts.ts'
import { arithmeticSymbol, comparisonSymbol } from './symbols.ts'

/**
 * i64 arithmetic. Every value is a BigInt in range; V8 keeps it in a machine register as long as it comes from a
 * `BigInt64Array` or `BigInt.asIntN(64, ..)` and ends in a store, a comparison or another such operation
 * (docs/internals/javascript-tier.md has the measurements). What V8 would allocate for goes through memory instead:
 * conversions to numbers read the two Int32 halves of a cell.
 */
export interface Halves {
  readonly low: Js
  readonly high: Js
}

type WideSlot = Slot & { readonly kind: 'loaded' | 'wide' }

/** The BigInt of an immutable i64 variable. */
export function wholeOf(scope: FunctionScope, slot: WideSlot): Js {
  if (slot.kind === 'wide') return slot.name
  slot.parts.whole ??= bindLater(scope, slot, () => reference(scope, slot.access, { view: 'i64' }))
  return slot.parts.whole
}

/** Binds a value where the variable is declared. */
function bindLater(scope: FunctionScope, slot: WideSlot, value: () => Js): Name {
  const name = scope.unit.names.mint(slot.variable.role)
  slot.later.push(constDeclaration(name, value()))
  return name
}

/** Whether the two Int32 halves are at hand without going through a cell. */
function hasHalves(scope: FunctionScope, expression: Expression): boolean {
  switch (expression.kind) {
    case 'const':
      return true
    case 'load':
      return expression.memory === 'i64'
    case 'local':
      return scope.slot(expression.variable).kind !== 'wide'
    case 'unary':
      return expression.operator === 'i64_from_i32_s' || expression.operator === 'i64_from_i32_u'
    default:
      return false
  }
}

/** The halves of an i64 as expressions that may be repeated. */
export function halvesOf(scope: FunctionScope, expression: Expression): Halves {
  switch (expression.kind) {
    case 'const':
      return halvesOfConstant(expression.value as bigint)
    case 'load':
      return expression.memory === 'i64'
        ? halvesOfAccess(scope, openAccess(scope, expression))
        : spill(scope, scope.emit(expression))
    case 'local':
      return halvesOfSlot(scope, scope.slot(expression.variable))
    case 'unary':
      return halvesOfUnary(scope, expression)
    default:
      return spill(scope, scope.emit(expression))
  }
}

function halvesOfConstant(value: bigint): Halves {
  return { low: literal(Number(BigInt.asIntN(32, value))), high: literal(Number(BigInt.asIntN(32, value >> 32n))) }
}

function halvesOfAccess(scope: FunctionScope, access: Access): Halves {
  return { low: reference(scope, access, { view: 'i32' }), high: reference(scope, access, { view: 'i32', part: 1 }) }
}

function halvesOfSlot(scope: FunctionScope, slot: Slot): Halves {
  switch (slot.kind) {
    case 'cell':
      return { low: scope.cellElement(slot.offset, 'i32'), high: scope.cellElement(slot.offset + 4, 'i32') }
    case 'loaded':
      return {
        get low() {
          return (slot.parts.low ??= bindLater(scope, slot, () => reference(scope, slot.access, { view: 'i32' })))
        },
        get high() {
          return (slot.parts.high ??= bindLater(scope, slot, () =>
            reference(scope, slot.access, { view: 'i32', part: 1 }),
          ))
        },
      }
    case 'wide':
      return halvesOfWide(scope, slot)
    default:
      throw new InternalError('an i64 variable is no plain one')
  }
}

function halvesOfWide(scope: FunctionScope, slot: Slot & { readonly kind: 'wide' }): Halves {
  if (!slot.parts.low || !slot.parts.high) {
    slot.later.push(assign(conversionCell(scope, 'i64'), slot.name))
    slot.parts.low = bindLater(scope, slot, () => conversionCell(scope, 'i32'))
    slot.parts.high = bindLater(scope, slot, () => conversionCell(scope, 'high'))
  }
  return { low: slot.parts.low, high: slot.parts.high }
}

function halvesOfUnary(scope: FunctionScope, expression: Expression & { readonly kind: 'unary' }): Halves {
  const { operator, operand } = expression
  if (operator !== 'i64_from_i32_s' && operator !== 'i64_from_i32_u') return spill(scope, scope.emit(expression))
  const low = scope.stable('t', scope.emit(operand))
  return { low, high: operator === 'i64_from_i32_u' ? literal(0) : infix('>>', low, literal(31)) }
}

/** By way of the unit's conversion cell, which the CPU forwards from store to load. */
function spill(scope: FunctionScope, value: Js): Halves {
  scope.push(assign(conversionCell(scope, 'i64'), value))
  return {
    low: scope.bind('low', conversionCell(scope, 'i32')),
    high: scope.bind('high', conversionCell(scope, 'high')),
  }
}

function conversionCell(scope: FunctionScope, part: 'i64' | 'i32' | 'high' | 'f64'): Js {
  const offset = scope.unit.conversionCell()
  if (part === 'high') return scope.cellElement(offset + 4, 'i32')
  return scope.cellElement(offset, part)
}

/**
 * V8 keeps `BigInt(x)` in a register only where it sees that x is a 32-bit integer. Of a parameter or the result of a call it does not: that would
 * be a call of the runtime and an object.
 */
function asInt32(value: Js): Js {
  return value.type === 'Identifier' || value.type === 'CallExpression' ? wrap32(value) : value
}

export function emitI64Unary(scope: FunctionScope, operator: UnaryOperator, operand: Expression): Js {
  switch (operator) {
    case 'eqz':
      return emitZeroTest(scope, operand)
    case 'i64_from_i32_s':
      return wrap64(bigintOf(asInt32(scope.emit(operand))))
    case 'i64_from_i32_u':
      return wrap64(bigintOf(infix('>>>', scope.emit(operand), literal(0))))
    case 'i32_wrap_i64':
      return halvesOf(scope, operand).low
    case 'i32_high_i64':
      return halvesOf(scope, operand).high
    case 'f64_from_i64_s':
      return floatOf(scope, operand, 'signed')
    case 'f64_from_i64_u':
      return floatOf(scope, operand, 'unsigned')
    case 'i64_trunc_f64':
      return emitTrunc(scope, scope.emit(operand))
    case 'f64_bits':
      return emitBits(scope, scope.emit(operand))
    case 'f64_from_bits':
      scope.push(assign(conversionCell(scope, 'i64'), scope.emit(operand)))
      return scope.bind('t', conversionCell(scope, 'f64'))
    case 'i64_wrap_i128':
      return element(scope.unit.view('i64'), infix('>>', addressOf(scope, operand), literal(3)))
    default:
      throw new InternalError(`no i64 operator ${operator}`)
  }
}

function emitZeroTest(scope: FunctionScope, operand: Expression): Js {
  if (!hasHalves(scope, operand)) return infix('===', scope.emit(operand), literal(0n))
  const { low, high } = halvesOf(scope, operand)
  return infix('===', infix('|', low, high), literal(0))
}

/** high * 2^32 is exact, so the one rounding is that of the sum: the nearest f64. */
function floatOf(scope: FunctionScope, operand: Expression, sign: 'signed' | 'unsigned'): Js {
  const { low, high } = halvesOf(scope, operand)
  const top = sign === 'signed' ? high : infix('>>>', high, literal(0))
  return infix('+', infix('*', top, literal(2 ** 32)), infix('>>>', low, literal(0)))
}

/** Divides into halves in f64, where each step is exact, and joins them in memory. */
function emitTrunc(scope: FunctionScope, operand: Js): Js {
  const value = scope.bind('t', mathCall('trunc', [operand]))
  const high = scope.bind('high', mathCall('floor', [infix('/', value, literal(2 ** 32))]))
  scope.push(assign(conversionCell(scope, 'i32'), wrap32(infix('-', value, infix('*', high, literal(2 ** 32))))))
  scope.push(assign(conversionCell(scope, 'high'), wrap32(high)))
  return scope.bind('t', conversionCell(scope, 'i64'))
}

/** Every NaN has the same bits, in every back end. */
function emitBits(scope: FunctionScope, operand: Js): Js {
  const value = scope.stable('t', operand)
  const canonical = choose(infix('===', value, value), value, literal(Number.NaN))
  scope.push(assign(conversionCell(scope, 'f64'), canonical))
  return scope.bind('t', conversionCell(scope, 'i64'))
}

export function emitI64Binary(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const { operator, left, right } = expression
  switch (operator) {
    case 'eq':
    case 'ne':
      return emitEquality(scope, expression)
    case 'lt_u':
    case 'gt_u':
    case 'le_u':
    case 'ge_u':
      return emitUnsignedCompare(scope, expression)
    case 'shl':
    case 'shr_s':
    case 'shr_u':
      return emitShift(scope, expression)
    case 'div_u':
    case 'rem_u':
      return emitUnsignedDivision(scope, expression)
    case 'add_overflows':
    case 'sub_overflows':
    case 'mul_overflows':
    case 'add_overflows_u':
    case 'sub_overflows_u':
    case 'mul_overflows_u':
      return operator === 'mul_overflows' && right.kind === 'const'
        ? mulByConstantOverflows(scope, left, right.value as bigint)
        : emitOverflow(scope, operator, stablePair(scope, left, right))
    default: {
      const [first, second] = emitPair(scope, left, right)
      return emitSigned(operator, first, second)
    }
  }
}

function emitSigned(operator: BinaryOperator, left: Js, right: Js): Js {
  const comparison = comparisonSymbol(operator)
  if (comparison !== null) return infix(comparison, left, right)
  const arithmetic = arithmeticSymbol(operator)
  if (arithmetic === null) throw new InternalError(`no i64 operator ${operator}`)
  return wrap64(infix(arithmetic, left, right))
}

/** Halves are compared where both sides have them: cheaper in every tier of V8, and nothing is allocated before it optimises. */
function emitEquality(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const { operator, left, right } = expression
  if (!hasHalves(scope, left) || !hasHalves(scope, right) || scope.effects.has(expression)) {
    const [first, second] = emitPair(scope, left, right)
    return infix(operator === 'eq' ? '===' : '!==', first, second)
  }
  const first = halvesOf(scope, left)
  const second = halvesOf(scope, right)
  if (operator === 'eq') return both(infix('===', first.low, second.low), infix('===', first.high, second.high))
  return either(infix('!==', first.low, second.low), infix('!==', first.high, second.high))
}

/** The signed order, turned around when the signs differ. */
function emitUnsignedCompare(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const [left, right] = stablePair(scope, expression.left, expression.right)
  switch (expression.operator) {
    case 'lt_u':
      return lessUnsigned(left, right, '!==')
    case 'gt_u':
      return lessUnsigned(right, left, '!==')
    case 'le_u':
      return lessUnsigned(right, left, '===')
    default:
      return lessUnsigned(left, right, '===')
  }
}

/** left < right as unsigned; with `===` its opposite. */
function lessUnsigned(left: Js, right: Js, join: '===' | '!=='): Js {
  return infix(join, infix('<', left, right), infix('<', infix('^', left, right), literal(0n)))
}

/** Two operands below 2^63 divide as signed ones, without allocation; greater ones as big integers. */
function emitUnsignedDivision(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const [left, right] = stablePair(scope, expression.left, expression.right)
  const operator = expression.operator === 'div_u' ? '/' : '%'
  const offset = scope.unit.cell(8)
  const cell = scope.cellElement(offset, 'i64')
  const isSmall = infix('>=', infix('|', left, right), literal(0n))
  const small: JsStatement = assign(cell, wrap64(infix(operator, left, right)))
  const great: JsStatement = assign(cell, wrap64(infix(operator, unsigned64(left), unsigned64(right))))
  scope.pushIf(isSmall, [small], [great])
  return scope.bind('t', cell)
}

function emitOverflow(scope: FunctionScope, operator: string, pair: readonly [Js, Js]): Js {
  const [left, right] = pair
  switch (operator) {
    case 'add_overflows': {
      const sum = scope.bind('t', wrap64(infix('+', left, right)))
      return infix('<', infix('&', infix('^', left, sum), infix('^', right, sum)), literal(0n))
    }
    case 'sub_overflows': {
      const difference = scope.bind('t', wrap64(infix('-', left, right)))
      return infix('<', infix('&', infix('^', left, right), infix('^', left, difference)), literal(0n))
    }
    case 'mul_overflows':
      return mulOverflows(scope, left, right)
    case 'add_overflows_u':
      return lessUnsigned(scope.bind('t', wrap64(infix('+', left, right))), left, '!==')
    case 'sub_overflows_u':
      return lessUnsigned(left, right, '!==')
    default:
      return mulOverflowsUnsigned(left, right)
  }
}

/** Operands of 32 bits cannot; others did when dividing the wrapped product by one does not give the other back. */
function mulOverflows(scope: FunctionScope, left: Js, right: Js): Js {
  const product = scope.bind('t', wrap64(infix('*', left, right)))
  const isNarrow = (value: Js): Js => infix('===', narrow(value), value)
  const areNarrow = scope.bind('t', both(isNarrow(left), isNarrow(right)))
  const lostInDivision = infix('!==', wrap64(infix('/', product, left)), right)
  const minimumNegated = both(infix('===', left, literal(-1n)), infix('===', right, literal(i64Min)))
  const isWrong = both(infix('!==', left, literal(0n)), either(lostInDivision, minimumNegated))
  return both({ type: 'UnaryExpression', operator: '!', prefix: true, argument: areNarrow }, isWrong)
}

const i64Min = -(2n ** 63n)
const i64Max = 2n ** 63n - 1n

/** Outside the range whose products fit. */
function mulByConstantOverflows(scope: FunctionScope, operand: Expression, factor: bigint): Js {
  const value = scope.stable('t', scope.emit(operand))
  if (factor === 0n || factor === 1n) return literal(false)
  if (factor === -1n) return infix('===', value, literal(i64Min))
  const [lowest, highest] = factor > 0n ? [i64Min / factor, i64Max / factor] : [i64Max / factor, i64Min / factor]
  return either(infix('<', value, literal(lowest)), infix('>', value, literal(highest)))
}

function narrow(value: Js): Js {
  return { ...(wrap64(value) as Js & { readonly type: 'CallExpression' }), arguments: [literal(32), value] }
}

/** Operands below 2^32 cannot; the others as big integers. */
function mulOverflowsUnsigned(left: Js, right: Js): Js {
  const isGreat = infix('!==', wrap64(infix('>>', wrap64(infix('|', left, right)), literal(32n))), literal(0n))
  const product = infix('*', unsigned64(left), unsigned64(right))
  return both(isGreat, infix('!==', unsigned64(product), product))
}
