import type { EvaluatorCall } from '../../../compiler/pipelines/pipeline.ts'
import { intervalText } from '../../../sql/plan/interval.ts'
import type { Column, Expression, Interval } from '../../../sql/plan/logical-plan.ts'
import { typeName } from '../../../sql/types/sql-type.ts'

/**
 * The call as the planner's evaluator takes it: JSON `{ columns, expressions }` with one expression over the columns `c0`, `c1`, ..
 * This is SQL text that we write, for the one reader that reads SQL; constants in it are written exactly.
 */
export function evaluatorRequest(call: EvaluatorCall, columns: readonly Column[]): string {
  let next = 0
  const operands = call.arguments.map((argument) =>
    argument.kind === 'column' ? `c${next++}` : literalText(argument.expression),
  )
  return JSON.stringify({
    columns: columns.map(({ type, nullable }, index) => ({ name: `c${index}`, type, nullable })),
    expressions: [`"${call.name.replaceAll('"', '""')}"(${operands.join(', ')})`],
  })
}

type Literal = Expression & { readonly kind: 'literal' }

function literalText({ type, value }: Literal): string {
  if (value === null) return type.kind === 'null' ? 'NULL' : cast('NULL', type)
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE'
    case 'varchar':
      return quoted(String(value))
    case 'bytea':
      return `X'${String(value)}'`
    case 'decimal':
      return cast(quoted(decimalText(String(value), type.scale)), type)
    case 'interval':
      return `INTERVAL ${quoted(intervalText(value as Interval))}`
    case 'date':
      return cast(String(value), { kind: 'integer' }, type)
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return cast(String(value), { kind: 'bigint' }, type)
    default:
      return cast(quoted(String(value)), type)
  }
}

function cast(text: string, ...types: readonly Literal['type'][]): string {
  return types.reduce((operand, type) => `CAST(${operand} AS ${typeName(type)})`, text)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function decimalText(unscaled: string, scale: number): string {
  const digits = unscaled.replace('-', '').padStart(scale + 1, '0')
  const whole = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return unscaled.startsWith('-') ? `-${whole}` : whole
}
