import { unreachable } from '../base/assert.ts'
import { typeName } from '../types/sql-type.ts'
import { intervalText } from './interval.ts'
import type { AggregateCall, BinaryOperator, Column, Expression, LiteralValue, UnaryOperator } from './logical-plan.ts'

const binarySigns: Readonly<Record<BinaryOperator, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: '%',
  equal: '=',
  not_equal: '<>',
  less: '<',
  less_or_equal: '<=',
  greater: '>',
  greater_or_equal: '>=',
  is_distinct_from: 'IS DISTINCT FROM',
  is_not_distinct_from: 'IS NOT DISTINCT FROM',
  and: 'AND',
  or: 'OR',
  bit_and: '&',
  bit_or: '|',
  bit_xor: '#',
  shift_left: '<<',
  shift_right: '>>',
  concat: '||',
  regex_match: '~',
  regex_match_insensitive: '~*',
  regex_not_match: '!~',
  regex_not_match_insensitive: '!~*',
}

const unaryForms: Readonly<Record<UnaryOperator, readonly [before: string, after: string]>> = {
  not: ['NOT ', ''],
  negate: ['-', ''],
  bit_not: ['~', ''],
  is_null: ['', ' IS NULL'],
  is_not_null: ['', ' IS NOT NULL'],
  is_true: ['', ' IS TRUE'],
  is_not_true: ['', ' IS NOT TRUE'],
  is_false: ['', ' IS FALSE'],
  is_not_false: ['', ' IS NOT FALSE'],
  is_unknown: ['', ' IS UNKNOWN'],
  is_not_unknown: ['', ' IS NOT UNKNOWN'],
}

/** The expression as SQL, for people: columns by name, operands in parentheses where they are compound. */
export function printExpression(expression: Expression, schema: readonly Column[]): string {
  const print = (operand: Expression): string => printExpression(operand, schema)
  const nested = (operand: Expression): string => (isAtom(operand) ? print(operand) : `(${print(operand)})`)
  switch (expression.kind) {
    case 'column':
      return printName(schema[expression.index]?.name ?? `#${expression.index}`)
    case 'literal':
      return printLiteral(expression)
    case 'unary': {
      const [before, after] = unaryForms[expression.operator]
      return before + nested(expression.operand) + after
    }
    case 'binary':
      return `${nested(expression.left)} ${binarySigns[expression.operator]} ${nested(expression.right)}`
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => `WHEN ${print(when)} THEN ${print(then)} `)
      const otherwise = expression.otherwise ? `ELSE ${print(expression.otherwise)} ` : ''
      return `CASE ${branches.join('')}${otherwise}END`
    }
    case 'in_list':
      return `${nested(expression.operand)} ${expression.negated ? 'NOT ' : ''}IN (${expression.list.map(print).join(', ')})`
    case 'like':
      return printLike(expression, nested)
    case 'cast':
      return `${expression.safe ? 'TRY_CAST' : 'CAST'}(${print(expression.operand)} AS ${typeName(expression.type)})`
    case 'call':
      return `${expression.name}(${expression.arguments.map(print).join(', ')})`
    default:
      return unreachable(expression)
  }
}

function isAtom({ kind }: Expression): boolean {
  return kind === 'column' || kind === 'literal' || kind === 'call' || kind === 'cast'
}

function printLike(like: Expression & { readonly kind: 'like' }, nested: (operand: Expression) => string): string {
  const word = like.form === 'similar' ? 'SIMILAR TO' : like.caseInsensitive ? 'ILIKE' : 'LIKE'
  const escape = like.escape === '\\' ? '' : ` ESCAPE ${quoteText(like.escape)}`
  return `${nested(like.operand)} ${like.negated ? 'NOT ' : ''}${word} ${nested(like.pattern)}${escape}`
}

function printLiteral({ value, type }: { readonly value: LiteralValue } & Pick<Expression, 'type'>): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'object') return `INTERVAL ${quoteText(intervalText(value))}`
  switch (type.kind) {
    case 'varchar':
      return quoteText(value)
    case 'bytea':
      return `'\\x${value}'`
    case 'decimal':
      return decimalText(value, type.scale)
    case 'date':
      return `DATE '${instantText(BigInt(value) * 86_400_000_000n).slice(0, 10)}'`
    case 'time':
      return `TIME '${instantText(BigInt(value)).slice(11)}'`
    case 'timestamp':
      return `TIMESTAMP '${instantText(BigInt(value))}'`
    case 'timestamptz':
      return `TIMESTAMPTZ '${instantText(BigInt(value))}Z'`
    default:
      return value
  }
}

function decimalText(digits: string, scale: number): string {
  if (scale === 0) return digits
  const sign = digits.startsWith('-') ? '-' : ''
  const padded = digits.slice(sign.length).padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** Microseconds since 1970 as `2026-03-31 13:45:30.5`. */
function instantText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const whole = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19).replace('T', ' ')
  return fraction === 0n ? whole : `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Quoted unless it can stand as it is. */
export function printName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** The aggregate call as SQL, for people. */
export function printAggregate(call: AggregateCall, schema: readonly Column[]): string {
  const print = (expression: Expression): string => printExpression(expression, schema)
  const operands = call.arguments.length === 0 && call.name === 'count' ? '*' : call.arguments.map(print).join(', ')
  const orders = call.orderBy.map(
    ({ expression, descending, nullsFirst }) =>
      `${print(expression)}${descending ? ' DESC' : ''}${nullsFirst === descending ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'}`,
  )
  const orderBy = orders.length === 0 ? '' : ` ORDER BY ${orders.join(', ')}`
  const ignoring = call.ignoreNulls ? ' IGNORE NULLS' : ''
  const filter = call.filter ? ` FILTER (WHERE ${print(call.filter)})` : ''
  return `${call.name}(${call.distinct ? 'DISTINCT ' : ''}${operands}${orderBy})${ignoring}${filter}`
}
