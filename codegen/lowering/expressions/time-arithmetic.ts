import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Span } from '../../../sql/base/span.ts'
import { dayMax, dayMin, microsPerDay, timestampMax, timestampMin } from '../../../runtime/abi/time-unit.ts'
import { binary, constI32, constI64, library, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import type { ArithmeticName } from './integer-arithmetic.ts'
import { integerFacts, integerKind, outside } from './integer-facts.ts'
import { dateMicros, dayOf, timeOfDay } from './instant.ts'
import type { Lowering } from './lowering.ts'
import {
  callFallible,
  datetimeOverflow,
  divisionByZero,
  doFallible,
  failWhen,
  failWhenValid,
  guarded,
  made,
  overflow,
  strict,
} from './strict.ts'

export interface TimeOperation {
  readonly operator: ArithmeticName
  readonly type: SqlType
  readonly operands: readonly [Value, Value]
  /** The right operand in microseconds where it is a literal without months. */
  readonly fixed: bigint | null
  readonly span: Span | undefined
}

type Pair = readonly [Expression, Expression]
type Rule = (lowering: Lowering, operation: TimeOperation) => Value

/** Arithmetic on dates, times, timestamps and intervals, by `left operator right`; undefined where there is none. */
export function timeArithmetic(lowering: Lowering, operation: TimeOperation): Value | undefined {
  const [left, right] = operation.operands
  const key = `${kindOf(left.type)} ${operation.operator} ${kindOf(right.type)}`
  const rule = rules[key]
  if (rule) return rule(lowering, operation)
  const swapped =
    operation.operator === 'add' || operation.operator === 'multiply'
      ? rules[`${kindOf(right.type)} ${operation.operator} ${kindOf(left.type)}`]
      : undefined
  return swapped?.(lowering, { ...operation, operands: [right, left], fixed: null })
}

/** Arithmetic on times is about at least one such operand. */
export function isOfTime({ kind }: SqlType): boolean {
  return kind === 'timestamp' || kind === 'timestamptz' || kind === 'date' || kind === 'time' || kind === 'interval'
}

function kindOf(type: SqlType): string {
  if (type.kind === 'timestamptz') return 'timestamp'
  if (type.kind === 'real') return 'double'
  return integerKind(type) === null ? type.kind : 'integer'
}

const rules: Readonly<Record<string, Rule>> = {
  'timestamp add interval': (l, o) => addInterval(l, o, ([x]) => x),
  'timestamp subtract interval': (l, o) => addInterval(l, o, ([x]) => x),
  'date add interval': (l, o) => addInterval(l, o, ([x]) => dateMicros(x)),
  'date subtract interval': (l, o) => addInterval(l, o, ([x]) => dateMicros(x)),
  'date add integer': (l, o) => shiftDate(l, o),
  'date subtract integer': (l, o) => shiftDate(l, o),
  'date subtract date': (l, o) => dateDifference(l, o),
  'timestamp subtract timestamp': (l, o) => difference(l, o, (pair) => pair),
  'timestamp subtract date': (l, o) => difference(l, o, ([x, y]) => [x, dateMicros(y)]),
  'date subtract timestamp': (l, o) => difference(l, o, ([x, y]) => [dateMicros(x), y]),
  'time add interval': (l, o) => shiftTime(l, o),
  'time subtract interval': (l, o) => shiftTime(l, o),
  'time subtract time': (l, o) => timeDifference(l, o),
  'date add time': (l, o) =>
    strict(l, o.type, {
      operands: o.operands,
      compute: ([x, y]) => binary('add', dateMicros(x as Expression), y as Expression),
    }),
  'interval add interval': (l, o) => intervalCall(l, o, 'interval_add'),
  'interval subtract interval': (l, o) => intervalCall(l, o, 'interval_subtract'),
  'interval multiply integer': (l, o) => scaleInterval(l, o),
  'interval multiply double': (l, o) => scaleInterval(l, o),
  'interval divide integer': (l, o) => scaleInterval(l, o),
  'interval divide double': (l, o) => scaleInterval(l, o),
}

/** Beyond this an interval literal could wrap 64 bits on its way out of the calendar. */
const fixedMicrosMax = 2n ** 61n

/** On the hot path of every watermark: no call. */
function addFixed(
  lowering: Lowering,
  operation: TimeOperation,
  parts: { readonly fixed: bigint; readonly micros: (pair: Pair) => Expression },
): Value {
  const { operator, type, operands, span } = operation
  return strict(lowering, type, {
    operands,
    compute: ([x, y], valid) => {
      const { builder } = lowering
      const base = parts.micros([x as Expression, y as Expression])
      // quoted text, so it is not in the code
      const cell = builder.module.constant({ kind: 'i64', value: parts.fixed })
      const by = builder.let('by', load('i64', cell))
      const moved = builder.let('value', binary(operator === 'add' ? 'add' : 'sub', base, by))
      const condition = outside(moved, 'i64', [timestampMin, timestampMax])
      failWhenValid(lowering, valid, { condition, failure: datetimeOverflow(span) })
      return moved
    },
  })
}

/** Beyond these the sum of days and micros may leave i64 on the way; the library does it then. */
const daysInlineMax = 10_000_000n
const microsInlineMax = 4n * 10n ** 18n

/** Inline, but for the calendar of months and for intervals of enormous parts. */
function addInterval(lowering: Lowering, operation: TimeOperation, micros: (pair: Pair) => Expression): Value {
  const { fixed } = operation
  if (fixed !== null && fixed < fixedMicrosMax && fixed > -fixedMicrosMax)
    return addFixed(lowering, operation, { fixed, micros })
  const { builder } = lowering
  const isAdd = operation.operator === 'add'
  const failures = [datetimeOverflow(operation.span)]
  const signed = (value: Expression, zero: Expression): Expression => (isAdd ? value : binary('sub', zero, value))
  return guarded(lowering, operation.type, {
    operands: operation.operands,
    compute: ([x, cell]) => {
      const start = builder.let('micros', micros([x as Expression, cell as Expression]))
      const months = builder.let('months', load('i32', cell as Expression))
      const days = builder.let('days', unary('i64_from_i32_s', load('i32', cell as Expression, { offset: 4 })))
      const rest = builder.let('rest', load('i64', cell as Expression, { offset: 8 }))
      const isLarge = binary(
        'or',
        outside(days, 'i64', [-daysInlineMax, daysInlineMax]),
        outside(rest, 'i64', [-microsInlineMax, microsInlineMax]),
      )
      const result = builder.mutable('value', start)
      builder.if(
        isLarge,
        () =>
          builder.set(
            result,
            callFallible(lowering, {
              name: isAdd ? 'timestamp_add' : 'timestamp_subtract',
              parameters: [start, cell as Expression],
              failures,
            }),
          ),
        () => {
          builder.if(binary('ne', months, constI32(0)), () => {
            const parameters = [dayOf(builder, start), signed(months, constI32(0))]
            const day = library('day_add_months', parameters)
            builder.set(result, binary('add', dateMicros(day), timeOfDay(builder, start)))
          })
          const step = binary('add', binary('mul', days, constI64(microsPerDay)), rest)
          builder.set(result, binary(isAdd ? 'add' : 'sub', result, step))
          failWhen(lowering, outside(result, 'i64', [timestampMin, timestampMax]), datetimeOverflow(operation.span))
        },
      )
      return result
    },
  })
}

function shiftDate(lowering: Lowering, { operator, operands, span }: TimeOperation): Value {
  const { register } = integerFacts(integerKind(operands[1].type) ?? 'bigint')
  return strict(
    lowering,
    { kind: 'date' },
    {
      operands,
      compute: ([x, y], valid) => {
        // A count of days that leaves the calendar from any date is clamped, so that the sum cannot wrap.
        const wide = register === 'i64' ? (y as Expression) : unary('i64_from_i32_s', y as Expression)
        const { builder } = lowering
        const far = builder.let('far', outside(wide, 'i64', [-8_000_000n, 8_000_000n]))
        const days = builder.let('days', unary('i32_wrap_i64', wide))
        const result = builder.let('value', binary(operator === 'add' ? 'add' : 'sub', x as Expression, days))
        const condition = binary('or', far, outside(result, 'i32', [BigInt(dayMin), BigInt(dayMax)]))
        failWhenValid(lowering, valid, { condition, failure: datetimeOverflow(span) })
        return result
      },
    },
  )
}

/** Days between, as the planned type: an integer, or an interval. */
function dateDifference(lowering: Lowering, operation: TimeOperation): Value {
  const kind = integerKind(operation.type)
  if (kind === null) return difference(lowering, operation, ([x, y]) => [dateMicros(x), dateMicros(y)])
  return strict(lowering, operation.type, {
    operands: operation.operands,
    compute: ([x, y]) => {
      const days = binary('sub', x as Expression, y as Expression)
      return integerFacts(kind).register === 'i64' ? unary('i64_from_i32_s', days) : days
    },
  })
}

function difference(lowering: Lowering, operation: TimeOperation, micros: (pair: Pair) => Pair): Value {
  const { operands } = operation
  if (operation.type.kind !== 'interval') {
    return strict(lowering, operation.type, {
      operands,
      compute: ([x, y]) => binary('sub', ...micros([x as Expression, y as Expression])),
    })
  }
  return made(lowering, operation.type, {
    operands,
    write: ([x, y], out) =>
      lowering.builder.do('timestamp_difference', [...micros([x as Expression, y as Expression]), out]),
  })
}

function timeDifference(lowering: Lowering, operation: TimeOperation): Value {
  const { builder } = lowering
  return made(
    lowering,
    { kind: 'interval' },
    {
      operands: operation.operands,
      write: ([x, y], out) =>
        builder.store('i64', { address: out, offset: 8 }, binary('sub', x as Expression, y as Expression)),
    },
  )
}

function shiftTime(lowering: Lowering, operation: TimeOperation): Value {
  const name = operation.operator === 'add' ? 'time_add' : 'time_subtract'
  return guarded(
    lowering,
    { kind: 'time' },
    { operands: operation.operands, compute: (values) => library(name, values) },
  )
}

function intervalCall(lowering: Lowering, operation: TimeOperation, name: 'interval_add' | 'interval_subtract'): Value {
  return made(lowering, operation.type, {
    operands: operation.operands,
    write: (values, out) =>
      doFallible(lowering, { name, parameters: [...values, out], failures: [overflow('INTERVAL', operation.span)] }),
  })
}

function scaleInterval(lowering: Lowering, operation: TimeOperation): Value {
  const name = operation.operator === 'multiply' ? 'interval_multiply' : 'interval_divide'
  const factor = operation.operands[1].type
  const kind = integerKind(factor)
  const toDouble = (y: Expression): Expression => {
    if (kind === null) return y
    if (kind === 'ubigint') return unary('f64_from_i64_u', y)
    return unary(integerFacts(kind).register === 'i64' ? 'f64_from_i64_s' : 'f64_from_i32_s', y)
  }
  return made(lowering, operation.type, {
    operands: operation.operands,
    write: ([x, y], out) =>
      doFallible(lowering, {
        name,
        parameters: [x as Expression, toDouble(y as Expression), out],
        failures: [divisionByZero(operation.span), overflow('INTERVAL', operation.span)],
      }),
  })
}

export function negateInterval(lowering: Lowering, operand: Value, span: Span | undefined): Value {
  return made(lowering, operand.type, {
    operands: [operand],
    write: ([x], out) =>
      doFallible(lowering, {
        name: 'interval_negate',
        parameters: [x as Expression, out],
        failures: [overflow('INTERVAL', span)],
      }),
  })
}
