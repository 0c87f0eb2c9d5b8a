import { constI1, binary, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import type { Lowering } from './lowering.ts'

/** NULL as a pair (value, valid): the small algebra on `valid`, where null means "never NULL". */

/** All valid. */
export function allValid({ builder }: Lowering, values: readonly Value[]): Expression | null {
  let first: Expression | null = null
  let all: Expression | null = null
  for (const { valid } of values) {
    if (valid === null || valid === first) continue
    first ??= valid
    all = all === null ? valid : binary('and', all, valid)
  }
  return all && builder.let('valid', all)
}

/** `condition` while the value is valid. */
export function andValid(valid: Expression | null, condition: Expression): Expression {
  return valid === null ? condition : binary('and', valid, condition)
}

/** A boolean value that is TRUE: not FALSE, not NULL. */
export function isTrue({ value, valid }: Value): Expression {
  return andValid(valid, value)
}

/** A boolean value that is FALSE. */
export function isFalse({ value, valid }: Value): Expression {
  return andValid(valid, unary('not', value))
}

export function isNotNull({ valid }: Value): Expression {
  return valid ?? constI1(true)
}

export function isNull({ valid }: Value): Expression {
  return valid === null ? constI1(false) : unary('not', valid)
}
