import { microsPerDay, timeUnits, unitNamed } from '../../../runtime/abi/time-unit.ts'
import type { TimeUnit } from '../../../runtime/abi/time-unit.ts'
import { timestampMax, timestampMin } from '../../../runtime/abi/time-unit.ts'
import { fixedMicros } from '../../../sql/plan/interval.ts'
import type { Interval } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { unsupportedFeature, wrongArguments } from '../../../sql/messages/raise.ts'
import { binary, constF64, constI32, constI64, library, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { outside } from '../expressions/integer-facts.ts'
import { dateMicros, dayOf, floorRest, floorTo, timeOfDay } from '../expressions/instant.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { textLiteral } from '../expressions/pattern.ts'
import { callFallible, datetimeOverflow, failWhenValid, guarded, strict } from '../expressions/strict.ts'
import { windowBounds } from '../operators/window-bounds.ts'
import type { Value } from '../value.ts'
import {
  argument,
  argumentAs,
  bigint,
  count,
  double,
  failureOf,
  fallibleCall,
  fallibleTextCall,
  integer,
  invalidArgument,
  planned,
  pureCall,
  text,
} from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

const timestamp: SqlType = { kind: 'timestamp' }
const date: SqlType = { kind: 'date' }

export const timeBuilders: Readonly<Record<string, CallBuilder>> = {
  date_trunc: dateTrunc,
  date_part: datePart,
  date_bin: dateBin,
  make_date: (call) =>
    fallibleCall(call, {
      name: 'make_date',
      operands: [count(call, 0), count(call, 1), count(call, 2)],
      type: date,
      failures: [failureOf(call, 'datetime_overflow')],
    }),
  make_time: (call) =>
    fallibleCall(call, {
      name: 'make_time',
      operands: [count(call, 0), count(call, 1), count(call, 2)],
      type: { kind: 'time' },
      failures: [failureOf(call, 'datetime_overflow')],
    }),
  to_date: (call) => planned(call, argumentAs(call, 0, date)),
  to_timestamp: (call) => toTimestamp(call, 1_000_000n),
  to_timestamp_seconds: (call) => toTimestamp(call, 1_000_000n),
  to_timestamp_millis: (call) => toTimestamp(call, 1000n),
  to_timestamp_micros: (call) => toTimestamp(call, 1n),
  from_unixtime: (call) => toTimestamp(call, 1_000_000n),
  to_unixtime: (call) => {
    const operands = [argumentAs(call, 0, timestamp)]
    return planned(
      call,
      strict(call.lowering, bigint, {
        operands,
        compute: ([x]) =>
          binary('div_s', floorTo(call.lowering.builder, x as Expression, 1_000_000n), constI64(1_000_000n)),
      }),
    )
  },
  to_char: (call) =>
    fallibleTextCall(call, {
      name: 'timestamp_to_char',
      operands: [argumentAs(call, 0, timestamp), argumentAs(call, 1, text)],
      failures: [invalidArgument(call, 'the format is not understood')],
    }),
  last_day: (call) => pureCall(call, { name: 'last_day', operands: [argument(call, 0)], type: date }),
  tumble: (call) => windowBound(call, 'start'),
  window_end: (call) => windowBound(call, 'end'),
}

const fixedUnits: Partial<Record<TimeUnit, bigint>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: microsPerDay,
}

function unit(call: Call): TimeUnit | null {
  const literal = textLiteral(call.expression.arguments[0] as Parameters<typeof textLiteral>[0])
  if (literal === null) return null
  const known = unitNamed(literal)
  if (known === null)
    throw new SqlError([
      wrongArguments(
        { name: call.expression.name, detail: `unit "${literal}" is not known` },
        { span: call.expression.span },
      ),
    ])
  return known
}

function dateTrunc(call: Call): Value {
  const known = unit(call)
  const value = argumentAs(call, 1, timestamp)
  const size = known === null ? undefined : fixedUnits[known]
  if (size !== undefined) {
    return planned(
      call,
      strict(call.lowering, timestamp, {
        operands: [value],
        compute: ([x]) => floorTo(call.lowering.builder, x as Expression, size),
      }),
    )
  }
  const failures = [invalidArgument(call, 'the unit is not known'), failureOf(call, 'datetime_overflow')]
  if (known !== null) {
    const compute = ([x]: readonly Expression[]): Expression => {
      const day = dayOf(call.lowering.builder, x as Expression)
      return dateMicros(
        callFallible(call.lowering, { name: 'day_truncate', parameters: [constI32(timeUnits[known]), day], failures }),
      )
    }
    return planned(call, guarded(call.lowering, timestamp, { operands: [value], compute }))
  }
  return planned(
    call,
    guarded(call.lowering, timestamp, {
      operands: [argumentAs(call, 0, text), value],
      compute: ([name, x]) => {
        const number = callFallible(call.lowering, {
          name: 'time_unit',
          parameters: [name as Expression],
          failures: [invalidArgument(call, 'the unit is not known')],
        })
        return callFallible(call.lowering, {
          name: 'timestamp_truncate',
          parameters: [number, x as Expression],
          failures,
        })
      },
    }),
  )
}

/** Whole numbers, but for EPOCH as a DOUBLE, which keeps the fraction. */
function datePart(call: Call): Value {
  const known = unit(call) ?? 'second'
  const value = argument(call, 1)
  const failures = [invalidArgument(call, `there is no ${known} in a ${value.type.kind}`)]
  if (value.type.kind === 'interval') {
    const compute = ([x]: readonly Expression[]): Expression =>
      callFallible(call.lowering, {
        name: 'interval_part',
        parameters: [constI32(timeUnits[known]), x as Expression],
        failures,
      })
    return planned(call, guarded(call.lowering, bigint, { operands: [value], compute }))
  }
  // A time of day is read as one on 1970-01-01.
  const micros = value.type.kind === 'time' ? { ...value, type: timestamp } : argumentAs(call, 1, timestamp)
  if (known === 'epoch' && call.expression.type.kind === 'double') {
    return strict(call.lowering, double, {
      operands: [micros],
      compute: ([x]) => binary('div', unary('f64_from_i64_s', x as Expression), constF64(1e6)),
    })
  }
  const { builder } = call.lowering
  const part = clockParts[known]
  if (part !== undefined) {
    const compute = ([x]: readonly Expression[]): Expression => unary('i32_wrap_i64', part(builder, x as Expression))
    return planned(call, strict(call.lowering, integer, { operands: [micros], compute }))
  }
  if (known === 'epoch' || known === 'nanosecond') {
    const compute = ([x]: readonly Expression[]): Expression =>
      callFallible(call.lowering, {
        name: 'timestamp_part',
        parameters: [constI32(timeUnits[known]), x as Expression],
        failures,
      })
    return planned(call, guarded(call.lowering, bigint, { operands: [micros], compute }))
  }
  if (value.type.kind === 'time')
    throw new SqlError([
      wrongArguments(
        { name: call.expression.name, detail: `there is no ${known} in a TIME` },
        { span: call.expression.span },
      ),
    ])
  const compute = ([x]: readonly Expression[]): Expression =>
    library('day_part', [constI32(timeUnits[known]), dayOf(builder, x as Expression)])
  return planned(call, guarded(call.lowering, integer, { operands: [micros], compute }))
}

/** Fields of the time of day, all below 2^31. */
const clockParts: Partial<Record<TimeUnit, (builder: FunctionBuilder, micros: Expression) => Expression>> = {
  hour: (builder, micros) => binary('div_s', timeOfDay(builder, micros), constI64(3_600_000_000n)),
  minute: (builder, micros) => binary('div_s', floorRest(builder, micros, 3_600_000_000n), constI64(60_000_000n)),
  second: (builder, micros) => binary('div_s', floorRest(builder, micros, 60_000_000n), constI64(1_000_000n)),
  millisecond: (builder, micros) => binary('div_s', floorRest(builder, micros, 60_000_000n), constI64(1000n)),
  microsecond: (builder, micros) => floorRest(builder, micros, 60_000_000n),
}

function dateBin(call: Call): Value {
  const origin =
    call.expression.arguments.length > 2
      ? argumentAs(call, 2, timestamp)
      : { type: timestamp, value: constI64(0), valid: null }
  return fallibleCall(call, {
    name: 'timestamp_bin',
    operands: [argument(call, 0), argumentAs(call, 1, timestamp), origin],
    type: timestamp,
    failures: [
      invalidArgument(call, 'the interval must be positive, of months or of days and time'),
      failureOf(call, 'datetime_overflow'),
    ],
  })
}

/** Numbers count units of `size` microseconds; text is parsed. */
function toTimestamp(call: Call, size: bigint): Value {
  const value = argument(call, 0)
  if (value.type.kind === 'double' || value.type.kind === 'real') {
    return fallibleCall(call, {
      name: 'timestamp_from_f64',
      operands: [value],
      type: timestamp,
      failures: [failureOf(call, 'datetime_overflow')],
    })
  }
  if (['varchar', 'timestamp', 'timestamptz', 'date'].includes(value.type.kind))
    return planned(call, argumentAs(call, 0, timestamp))
  const { lowering, expression } = call
  const scaled = strict(lowering, timestamp, {
    operands: [argumentAs(call, 0, bigint)],
    compute: ([x], valid) => {
      const condition = outside(x as Expression, 'i64', [timestampMin / size, timestampMax / size])
      failWhenValid(lowering, valid, { condition, failure: datetimeOverflow(expression.span) })
      return binary('mul', x as Expression, constI64(size))
    },
  })
  return planned(call, scaled)
}

function literalInterval(call: Call, index: number): Interval {
  const expression = call.expression.arguments[index]
  if (expression === undefined) return { months: 0, days: 0, micros: '0' }
  if (expression.kind === 'literal' && expression.value !== null && typeof expression.value === 'object')
    return expression.value
  throw new SqlError([
    unsupportedFeature(
      { feature: `a computed ${index === 1 ? 'size' : 'offset'} of a window` },
      { span: expression.span ?? call.expression.span, hint: 'write an INTERVAL literal' },
    ),
  ])
}

/** Of the window [k * size + offset, ..), aligned at the epoch, that holds the instant. */
function windowBound(call: Call, bound: 'start' | 'end'): Value {
  const window = { size: literalInterval(call, 1), offset: literalInterval(call, 2), span: call.expression.span }
  const { size } = window
  const fixed = fixedMicros(size)
  const isMixed = fixed === null && (size.days !== 0 || BigInt(size.micros) !== 0n)
  if (isMixed || (fixed === null ? size.months < 0 : fixed <= 0n)) {
    const detail = 'the size must be positive, of months or of days and time'
    throw new SqlError([wrongArguments({ name: call.expression.name, detail }, { span: window.span })])
  }
  const lower = fixed === null ? guarded : strict
  const operands = [argumentAs(call, 0, timestamp)]
  const compute = ([x]: readonly Expression[]): Expression =>
    windowBounds(call.lowering, x as Expression, window)[bound]
  return planned(call, lower(call.lowering, timestamp, { operands, compute }))
}
