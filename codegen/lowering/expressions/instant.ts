import { microsPerDay } from '../../../runtime/abi/time-unit.ts'
import { binary, constI64, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'

/** Instants (i64 microseconds since 1970) taken apart into days and time of day, and put together. */

/** Days as microseconds. */
export function dateMicros(days: Expression): Expression {
  return binary('mul', unary('i64_from_i32_s', days), constI64(microsPerDay))
}

/** What lies above a multiple of `size`, never negative. */
export function floorRest(builder: FunctionBuilder, value: Expression, size: bigint): Expression {
  const rest = builder.let('rest', binary('rem_s', value, constI64(size)))
  return builder.let('rest', select(binary('lt_s', rest, constI64(0)), binary('add', rest, constI64(size)), rest))
}

/** Down to a multiple of `size`, for negative values too. */
export function floorTo(builder: FunctionBuilder, value: Expression, size: bigint): Expression {
  const known = builder.let('micros', value)
  return builder.let('floor', binary('sub', known, floorRest(builder, known, size)))
}

/** Microseconds since midnight. */
export function timeOfDay(builder: FunctionBuilder, micros: Expression): Expression {
  return floorRest(builder, micros, microsPerDay)
}

/** The day as i32. */
export function dayOf(builder: FunctionBuilder, micros: Expression): Expression {
  const start = floorTo(builder, micros, microsPerDay)
  return builder.let('days', unary('i32_wrap_i64', binary('div_s', start, constI64(microsPerDay))))
}
