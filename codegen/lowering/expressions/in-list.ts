import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { sameType } from '../../../sql/types/sql-type.ts'
import { viewListOffset, viewSizeBytes } from '../../../runtime/abi/view.ts'
import { binary, constI1, constI32, library, load, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { valueTypeOf } from '../value.ts'
import type { Value } from '../value.ts'
import { compareValues } from './comparison.ts'
import { literalBytes } from './literal.ts'
import type { Lowering, Of } from './lowering.ts'
import { guarded, nullOf } from './strict.ts'
import { canFail } from './traits.ts'
import { isTrue } from './validity.ts'

/**
 * x IN (..) is TRUE when an item equals x; else NULL when x or an item is NULL; else FALSE. A TRUE found is TRUE
 * whatever error another item has, as with OR.
 */
export function lowerInList(lowering: Lowering, expression: Of<'in_list'>): Value {
  const found = lowerIn(lowering, expression)
  return expression.negated ? { ...found, value: lowering.builder.let('value', unary('not', found.value)) } : found
}

/** Fewer items are compared one by one. */
const searchedItemsMin = 8

const booleanType: SqlType = { kind: 'boolean' }

function lowerIn(lowering: Lowering, expression: Of<'in_list'>): Value {
  const { operand, list } = expression
  if (operand.type.kind === 'null') return nullOf(lowering, booleanType)
  const items = list.filter((item) => !isNullLiteral(item))
  const withNull = items.length < list.length
  const searchable =
    items.length >= searchedItemsMin &&
    isSearchable(operand.type) &&
    items.every((item) => item.kind === 'literal' && sameType(item.type, operand.type))
  const found = searchable
    ? lowerSearch(lowering, lowering.lower(operand), items as readonly Of<'literal'>[])
    : lowerEach(lowering, operand, items)
  if (!withNull) return found
  const valid = found.valid === null ? found.value : binary('and', found.valid, found.value)
  return { ...found, valid: lowering.builder.let('valid', valid) }
}

function isNullLiteral(item: SqlExpression): boolean {
  return item.type.kind === 'null' || (item.kind === 'literal' && item.value === null)
}

function lowerEach(lowering: Lowering, operand: SqlExpression, items: readonly SqlExpression[]): Value {
  const { builder, scope } = lowering
  const value = lowering.lower(operand)
  const found = builder.mutable('found', constI1(false))
  const valid =
    value.valid !== null || items.some((item) => item.nullable)
      ? builder.mutable('valid', value.valid ?? constI1(true))
      : null
  const errors = builder.mutable('error', constI32(0))
  let isFallible = false
  for (const item of items) {
    builder.if(unary('not', found), () => {
      const { result: other, error } = canFail(item)
        ? scope.isolate(() => lowering.lower(item))
        : { result: lowering.lower(item), error: null }
      const equal = compareValues(lowering, 'equal', [value, other])
      const isEqual = isTrue(equal)
      builder.set(found, error === null ? isEqual : binary('and', binary('eq', error, constI32(0)), isEqual))
      if (valid !== null && other.valid !== null) builder.set(valid, binary('and', valid, other.valid))
      if (error !== null) {
        isFallible = true
        builder.if(binary('eq', errors, constI32(0)), () => builder.set(errors, error))
      }
    })
  }
  if (isFallible) builder.if(unary('not', found), () => scope.failWith(errors))
  return {
    type: booleanType,
    value: found,
    valid: valid === null ? null : builder.let('valid', binary('or', valid, found)),
  }
}

/** Long lists of constants: integers as a sorted array in the pool, text as a sorted list of views. */
function isSearchable(type: SqlType): boolean {
  if (type.kind === 'varchar' || type.kind === 'bytea') return true
  if (['boolean', 'null', 'interval', 'ubigint', 'real', 'double'].includes(type.kind)) return false
  return valueTypeOf(type) !== 'i128'
}

function lowerSearch(lowering: Lowering, operand: Value, items: readonly Of<'literal'>[]): Value {
  return guarded(lowering, booleanType, {
    operands: [operand],
    compute: ([x]) =>
      operand.type.kind === 'varchar' || operand.type.kind === 'bytea'
        ? searchText(lowering, x as Expression, items)
        : searchNumbers(lowering, x as Expression, items),
  })
}

function searchNumbers(lowering: Lowering, x: Expression, items: readonly Of<'literal'>[]): Expression {
  const { builder } = lowering
  const values = BigInt64Array.from(items, (item) => BigInt(String(item.value))).sort()
  const array = builder.module.constant({ kind: 'bytes', bytes: new Uint8Array(values.buffer) })
  const type = (items[0] as Of<'literal'>).type
  const wanted = builder.let('wanted', valueTypeOf(type) === 'i64' ? x : unary('i64_from_i32_s', x))
  const low = builder.mutable('low', constI32(0))
  const high = builder.mutable('high', constI32(values.length))
  builder.while(binary('lt_s', low, high), () => {
    const middle = builder.let('middle', binary('shr_s', binary('add', low, high), constI32(1)))
    const isBelow = binary('lt_s', load('i64', array, { index: middle }), wanted)
    builder.if(
      isBelow,
      () => builder.set(low, binary('add', middle, constI32(1))),
      () => builder.set(high, middle),
    )
  })
  const found = builder.mutable('found', constI1(false))
  builder.if(binary('lt_s', low, constI32(values.length)), () =>
    builder.set(found, binary('eq', load('i64', array, { index: low }), wanted)),
  )
  return found
}

/** How many different items there are is in the pool, with the items: the code depends on neither. */
function searchText(lowering: Lowering, x: Expression, items: readonly Of<'literal'>[]): Expression {
  const { builder } = lowering
  const list = builder.module.constant({ kind: 'view_list', items: differentBytes(items) })
  const found = builder.mutable('found', constI1(false))
  const low = builder.mutable('low', constI32(0))
  const high = builder.mutable('high', load('i32', list))
  builder.while(binary('lt_s', low, high), () => {
    const middle = builder.let('middle', binary('shr_s', binary('add', low, high), constI32(1)))
    const offset = binary('add', constI32(viewListOffset), binary('mul', middle, constI32(viewSizeBytes)))
    const order = builder.let('order', library('string_compare', [x, binary('add', list, offset)]))
    const isFound = unary('eqz', order)
    builder.if(isFound, () => builder.set(found, constI1(true)))
    builder.if(
      binary('lt_s', order, constI32(0)),
      () => builder.set(high, middle),
      () => builder.set(low, select(isFound, high, binary('add', middle, constI32(1)))),
    )
  })
  return found
}

/** In the order of their bytes, each once. */
function differentBytes(items: readonly Of<'literal'>[]): readonly Uint8Array[] {
  const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)
  const bytes = items.map(({ type, value }) => literalBytes(type, String(value))).toSorted(compare)
  return bytes.filter((item, index) => index === 0 || compare(item, bytes[index - 1] as Uint8Array) !== 0)
}
