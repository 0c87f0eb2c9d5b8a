import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI1, constI32, constI64, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { failOnFault, failWhen, overflow } from '../expressions/strict.ts'
import type { Lowering } from '../expressions/lowering.ts'
import type { StateField, StateLayout } from '../operators/state-layout.ts'
import { library } from '../../kernel/build.ts'
import type { Span } from '../../../sql/base/span.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { must, unreachable } from '../../../sql/base/assert.ts'
import { valueTypeOf } from '../value.ts'
import type { Accumulator, AccumulatorInput, UpdateContext } from './accumulator.ts'

/**
 * Exact sums, checked only where a value is shown:
 *
 * | argument | state | why |
 * |---|---|---|
 * | up to 32-bit signed, 16-bit unsigned | i64 | 2^31 rows of 2^31 fit |
 * | i64, u32, u64, DECIMAL to 18 digits | wide cell: i64 and a count of its wraps | cheap and unbounded |
 * | DECIMAL beyond 18 digits | two wide cells: of the low halves as unsigned, of the high halves | no 128-bit adder needed |
 * | REAL, DOUBLE | f64, in order of arrival | |
 *
 * Taking out floats adds the negative, so a sum may keep a rounding error of what went; values that are not finite are
 * counted beside it then, because they could never be taken out again.
 */
export interface SumAccumulator extends Accumulator {
  readonly kind: 'sum'
  readonly argument: SqlType
  readonly form: SumForm
}

type SumForm =
  | { readonly kind: 'small'; readonly field: StateField }
  | { readonly kind: 'wide'; readonly field: StateField; readonly isUnsigned: boolean }
  | { readonly kind: 'halves'; readonly low: StateField; readonly high: StateField }
  | { readonly kind: 'float'; readonly field: StateField; readonly special: SpecialFloats | null }

interface SpecialFloats {
  readonly nan: StateField
  readonly infinite: StateField
  readonly negativeInfinite: StateField
}

export function sumAccumulator({ layout, argument, retracts }: AccumulatorInput): SumAccumulator {
  const { type } = must(argument, 'an argument of SUM')
  const form = sumForm(type, layout, retracts ? 'retracts' : 'appends')
  return {
    kind: 'sum',
    argument: type,
    form,
    update: (context) => addTo(context, form, 'add'),
    retract: (context) => addTo(context, form, 'remove'),
  }
}

function sumForm(type: SqlType, layout: StateLayout, mode: 'retracts' | 'appends'): SumForm {
  switch (valueTypeOf(type)) {
    case 'i32':
      return { kind: 'small', field: layout.accumulator('sum', 'i64') }
    case 'i64':
      return { kind: 'wide', field: layout.accumulator('sum', 'wide'), isUnsigned: type.kind === 'ubigint' }
    case 'i128':
      return { kind: 'halves', low: layout.accumulator('sum', 'wide'), high: layout.accumulator('sum', 'wide') }
    default: {
      const count = (): StateField => layout.accumulator('special', 'i64')
      const special = mode === 'retracts' ? { nan: count(), infinite: count(), negativeInfinite: count() } : null
      return { kind: 'float', field: layout.accumulator('sum', 'f64'), special }
    }
  }
}

type Direction = 'add' | 'remove'

function addTo({ lowering, row, argument }: UpdateContext, form: SumForm, direction: Direction): void {
  const { builder } = lowering
  const { type, value } = argument()
  // AVG(NULL): no row has a value to add
  if (type.kind === 'null') return
  switch (form.kind) {
    case 'small': {
      const { offset } = form.field
      const operator = direction === 'add' ? 'add' : 'sub'
      builder.store(
        'i64',
        { address: row, offset },
        binary(operator, load('i64', row, { offset }), unary('i64_from_i32_s', value)),
      )
      return
    }
    case 'wide':
      addWide(lowering, { row, field: form.field, direction }, value)
      if (form.isUnsigned) countTopBit(lowering, { row, field: form.field, direction }, value)
      return
    case 'halves': {
      const cell = builder.module.scratch(16)
      builder.store('i128', { address: cell }, value)
      const low = builder.let('low', load('i64', cell))
      addWide(lowering, { row, field: form.low, direction }, low)
      countTopBit(lowering, { row, field: form.low, direction }, low)
      addWide(lowering, { row, field: form.high, direction }, load('i64', cell, { offset: 8 }))
      return
    }
    case 'float':
      addFloat(lowering, { row, form, direction }, value)
      return
    default:
      unreachable(form)
  }
}

interface WideTarget {
  readonly row: Expression
  readonly field: StateField
  readonly direction: Direction
}

/** -x does not exist for the least i64, but ~x + 1 can be added in two steps. */
function addWide({ builder }: Lowering, { row, field, direction }: WideTarget, value: Expression): void {
  if (direction === 'add') {
    builder.addWide(row, field.offset, value)
    return
  }
  builder.addWide(row, field.offset, binary('xor', value, constI64(-1n)))
  builder.addWide(row, field.offset, constI64(1n))
}

/** An unsigned value with the top bit was added as value - 2^64. */
function countTopBit({ builder }: Lowering, { row, field, direction }: WideTarget, value: Expression): void {
  const offset = field.offset + 8
  builder.if(binary('lt_s', value, constI64(0n)), () => {
    const step = constI64(direction === 'add' ? 1n : -1n)
    builder.store('i64', { address: row, offset }, binary('add', load('i64', row, { offset }), step))
  })
}

function addFloat(
  { builder }: Lowering,
  {
    row,
    form,
    direction,
  }: { readonly row: Expression; readonly form: SumForm & { readonly kind: 'float' }; readonly direction: Direction },
  value: Expression,
): void {
  const { offset } = form.field
  const add = (): void =>
    builder.store(
      'f64',
      { address: row, offset },
      binary(direction === 'add' ? 'add' : 'sub', load('f64', row, { offset }), value),
    )
  const { special } = form
  if (special === null) {
    add()
    return
  }
  const count = (field: StateField): void => {
    const step = constI64(direction === 'add' ? 1n : -1n)
    builder.store(
      'i64',
      { address: row, offset: field.offset },
      binary('add', load('i64', row, { offset: field.offset }), step),
    )
  }
  const difference = builder.let('difference', binary('sub', value, value))
  builder.if(binary('eq', difference, difference), add, () => {
    builder.if(
      binary('ne', value, value),
      () => count(special.nan),
      () => {
        builder.if(
          binary('gt', value, { kind: 'const', type: 'f64', value: 0 }),
          () => count(special.infinite),
          () => count(special.negativeInfinite),
        )
      },
    )
  })
}

/** The sum as a value of `type`; the row fails with numeric_overflow where it does not fit. */
export function sumResult(
  lowering: Lowering,
  sum: ReadSum,
  { type, span }: { readonly type: SqlType; readonly span: Span | undefined },
): Expression {
  const { form } = sum.accumulator
  switch (form.kind) {
    case 'float':
      return floatSum(lowering, sum.row, form)
    case 'small':
    case 'wide':
      return type.kind === 'decimal'
        ? decimalSum(lowering, sum, { type, span })
        : integerSum(lowering, sum, { type, span })
    case 'halves':
      return decimalSum(lowering, sum, { type, span })
    default:
      return unreachable(form)
  }
}

export interface ReadSum {
  readonly accumulator: SumAccumulator
  readonly row: Expression
  /** i1: the sum is shown; checks count only then. null: always */
  readonly valid: Expression | null
}

interface Wanted {
  readonly type: SqlType
  readonly span: Span | undefined
}

function floatSum(
  { builder }: Lowering,
  row: Expression,
  { field, special }: SumForm & { readonly kind: 'float' },
): Expression {
  const sum = builder.mutable('sum', load('f64', row, { offset: field.offset }))
  if (special === null) return builder.let('sum', sum)
  const has = ({ offset }: StateField): Expression => binary('ne', load('i64', row, { offset }), constI64(0n))
  const infinity: Expression = { kind: 'const', type: 'f64', value: Infinity }
  builder.if(has(special.infinite), () => builder.set(sum, infinity))
  builder.if(has(special.negativeInfinite), () =>
    builder.set(sum, binary('sub', { kind: 'const', type: 'f64', value: 0 }, infinity)),
  )
  const nan = binary('or', has(special.nan), binary('and', has(special.infinite), has(special.negativeInfinite)))
  builder.if(nan, () => builder.set(sum, { kind: 'const', type: 'f64', value: Number.NaN }))
  return builder.let('sum', sum)
}

function integerSum(lowering: Lowering, { accumulator, row, valid }: ReadSum, wanted: Wanted): Expression {
  const { builder } = lowering
  const form = accumulator.form as SumForm & { readonly kind: 'small' | 'wide' }
  const low = builder.let('sum', load('i64', row, { offset: form.field.offset }))
  if (form.kind === 'small') return low
  const high = builder.let('high', load('i64', row, { offset: form.field.offset + 8 }))
  // u64: low is the wrapped sum; a negative low stands for its top bit and must come with one wrap
  const expected =
    wanted.type.kind === 'ubigint'
      ? unary('i64_from_i32_s', unary('i32_from_i1', binary('lt_s', low, constI64(0n))))
      : constI64(0n)
  failUnless(lowering, { valid, holds: binary('eq', high, expected) }, wanted)
  return low
}

function failUnless(
  lowering: Lowering,
  { valid, holds }: { readonly valid: Expression | null; readonly holds: Expression },
  { type, span }: Wanted,
): void {
  const broken = unary('not', holds)
  failWhen(lowering, valid === null ? broken : binary('and', valid, broken), overflow(typeName(type), span))
}

function decimalSum(lowering: Lowering, sum: ReadSum, wanted: Wanted): Expression {
  const { builder } = lowering
  const whole = wholeSum(lowering, sum, wanted)
  const { type } = wanted
  if (type.kind !== 'decimal') throw new TypeError('a decimal sum has a decimal type')
  const checked = builder.let('sum', library('decimal_rescale', [whole, constI32(0), constI32(type.precision)]))
  if (sum.valid === null) failOnFault(lowering, [overflow(typeName(type), wanted.span)])
  else builder.if(sum.valid, () => failOnFault(lowering, [overflow(typeName(type), wanted.span)]))
  return valueTypeOf(type) === 'i64' ? builder.let('sum', unary('i64_wrap_i128', checked)) : checked
}

/** The exact sum as i128; the row fails where it is beyond (that is far beyond 38 digits). */
export function wholeSum(lowering: Lowering, { accumulator, row, valid }: ReadSum, wanted: Wanted): Expression {
  const { builder } = lowering
  const { form } = accumulator
  const cell = builder.module.scratch(16)
  switch (form.kind) {
    case 'small':
      return builder.let('sum', unary('i128_from_i64', load('i64', row, { offset: form.field.offset })))
    case 'wide': {
      const low = builder.let('low', load('i64', row, { offset: form.field.offset }))
      builder.store('i64', { address: cell }, low)
      // low is signed, the cell's lower half is not
      const borrow = binary('shr_s', low, constI64(63n))
      builder.store(
        'i64',
        { address: cell, offset: 8 },
        binary('add', load('i64', row, { offset: form.field.offset + 8 }), borrow),
      )
      return builder.let('sum', load('i128', cell))
    }
    case 'halves': {
      const low = builder.let('low', load('i64', row, { offset: form.low.offset }))
      const carry = builder.let(
        'carry',
        binary('add', load('i64', row, { offset: form.low.offset + 8 }), binary('shr_s', low, constI64(63n))),
      )
      const high = builder.let('high', load('i64', row, { offset: form.high.offset }))
      const fits = binary('eq', load('i64', row, { offset: form.high.offset + 8 }), constI64(0n))
      const holds = binary('and', fits, unary('not', binary('add_overflows', high, carry)))
      failUnless(lowering, { valid, holds }, wanted)
      builder.store('i64', { address: cell }, low)
      builder.store('i64', { address: cell, offset: 8 }, binary('add', high, carry))
      return builder.let('sum', load('i128', cell))
    }
    case 'float':
      return constI1(false)
    default:
      return unreachable(form)
  }
}
