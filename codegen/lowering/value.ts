import { physicalType, type SqlType } from '../../sql/types/sql-type.ts'
import type { Expression, ValueType } from '../kernel/ir.ts'
import { memoryValueTypes } from '../kernel/operators.ts'
import { memoryTypeOf } from './memory-type.ts'

/**
 * A lowered SQL value: what it is when valid, and whether it is. Both are cheap to repeat (variables or constants).
 *
 * | SQL type | `value` |
 * |---|---|
 * | BOOLEAN | i1 |
 * | TINYINT .. INTEGER, their unsigned kinds but INTEGER UNSIGNED, DATE | i32 |
 * | BIGINT, INTEGER UNSIGNED, BIGINT UNSIGNED, TIME, TIMESTAMP, TIMESTAMPTZ, DECIMAL of precision <= 18 | i64 |
 * | DECIMAL of precision > 18 | i128 |
 * | REAL, DOUBLE | f64 (REAL already rounded) |
 * | VARCHAR, BYTEA | i32, the address of a view |
 * | INTERVAL | i32, the address of a 16-byte cell (i32 months, i32 days, i64 micros) |
 * | NULL | i1, never valid |
 *
 * When not valid, `value` is some value of its type that is safe to compute with (an address is a readable one).
 */
export interface Value {
  readonly type: SqlType
  readonly value: Expression
  /** i1; null = never NULL, so that no code is generated for it */
  readonly valid: Expression | null
}

export function valueTypeOf(type: SqlType): ValueType {
  const memory = memoryTypeOf(physicalType(type))
  return memory === null ? 'i32' : memoryValueTypes[memory]
}
