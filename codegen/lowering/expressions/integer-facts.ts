import { isIntegerType } from '../../../sql/types/sql-type.ts'
import type { IntegerKind, SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI32, constI64 } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'

/**
 * How integers are computed. Kinds of up to 16 bits live in i32, where no sum or difference of two wraps; INTEGER in i32 and
 * BIGINT in i64 with overflow predicates; INTEGER UNSIGNED in i64, where sums do not wrap; BIGINT UNSIGNED in i64 with unsigned operators.
 */
export interface IntegerFacts {
  readonly register: 'i32' | 'i64'
  readonly isSigned: boolean
  readonly bits: 8 | 16 | 32 | 64
  readonly min: bigint
  readonly max: bigint
}

const signed = (bits: 8 | 16 | 32 | 64): IntegerFacts => ({
  register: bits === 64 ? 'i64' : 'i32',
  isSigned: true,
  bits,
  min: -(2n ** BigInt(bits - 1)),
  max: 2n ** BigInt(bits - 1) - 1n,
})

const unsigned = (bits: 8 | 16 | 32 | 64): IntegerFacts => ({
  register: bits >= 32 ? 'i64' : 'i32',
  isSigned: false,
  bits,
  min: 0n,
  max: 2n ** BigInt(bits) - 1n,
})

const facts: Readonly<Record<IntegerKind, IntegerFacts>> = {
  tinyint: signed(8),
  smallint: signed(16),
  integer: signed(32),
  bigint: signed(64),
  utinyint: unsigned(8),
  usmallint: unsigned(16),
  uinteger: unsigned(32),
  ubigint: unsigned(64),
}

export function integerFacts(kind: IntegerKind): IntegerFacts {
  return facts[kind]
}

/** Whether a kind fills its register, so that range checks on it need overflow predicates. */
function fillsRegister({ register, bits }: IntegerFacts): boolean {
  return register === 'i32' ? bits === 32 : bits === 64
}

export function registerConst(register: 'i32' | 'i64', value: bigint): Expression {
  return register === 'i32' ? constI32(Number(value)) : constI64(value)
}

/** value < min or value > max, as signed numbers of the register; null when the range is the register's own. */
export function outOfRange(value: Expression, range: IntegerFacts): Expression | null {
  if (fillsRegister(range)) return null
  return outside(value, range.register, [range.min, range.max])
}

export function outside(value: Expression, register: 'i32' | 'i64', [min, max]: readonly [bigint, bigint]): Expression {
  const below = binary('lt_s', value, registerConst(register, min))
  const above = binary('gt_s', value, registerConst(register, max))
  return binary('or', below, above)
}

/** The type as an integer kind, when it is one that is computed so. */
export function integerKind(type: SqlType): IntegerKind | null {
  return isIntegerType(type) ? type.kind : null
}
