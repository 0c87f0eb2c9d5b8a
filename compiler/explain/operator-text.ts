import { intervalText, fixedMicros } from '../../sql/plan/interval.ts'
import type { Column, Expression, Interval } from '../../sql/plan/logical-plan.ts'
import { printExpression, printName } from '../../sql/plan/print-expression.ts'

/** `expression` where it is a column of that name, else `expression AS name`. */
export function projectionText(
  expressions: readonly Expression[],
  input: readonly Column[],
  output: readonly Column[],
): string {
  return expressions
    .map((expression, index) => {
      const text = printExpression(expression, input)
      const name = printName(output[index]?.name ?? '')
      return text === name ? text : `${text} AS ${name}`
    })
    .join(', ')
}

export function windowText(
  window: { readonly time: Expression; readonly size: Interval; readonly offset: Interval },
  input: readonly Column[],
): string {
  const offset = fixedMicros(window.offset) === 0n ? '' : `, offset ${intervalText(window.offset)}`
  return `tumble(${printExpression(window.time, input)}, ${intervalText(window.size)}${offset})`
}

export function scanText(object: string, schema: readonly Column[]): string {
  return `${printName(object)} (${schema.map(({ name }) => printName(name)).join(', ')})`
}

/** Long lists of rows are cut: the plan is to be read. */
const rowsShownMax = 3

export function valuesText(rows: readonly (readonly Expression[])[]): string {
  const shown = rows
    .slice(0, rowsShownMax)
    .map((row) => `(${row.map((value) => printExpression(value, [])).join(', ')})`)
  const more = rows.length > rowsShownMax ? [`.. ${rows.length} rows`] : []
  return rows.length === 0 ? 'no rows' : [...shown, ...more].join(', ')
}
