import type { Expression, Statement } from '../kernel/ir.ts'

type For = Statement & { readonly kind: 'for' }

/** A stretch of a row loop's body, and how a row may leave behind it. */
export interface RareExit {
  readonly before: readonly Statement[]
  readonly condition: Expression
  /** What a row that leaves does: calls only. */
  readonly calls: readonly Statement[]
}

/**
 * Rows that fail report it and leave: `if (error) { row_error(..); continue }`. Such calls go out of the loop, which begins anew behind the row. With a call
 * inside, V8 keeps the row's number and whatever else lives across it in memory, and counting through memory alone takes half of a short row's time.
 *
 * Null: no row of the loop leaves like that.
 */
export function findRareExits({
  label,
  body,
}: For): { readonly exits: readonly RareExit[]; readonly rest: readonly Statement[] } | null {
  const exits: RareExit[] = []
  let from = 0
  for (const [index, statement] of body.entries()) {
    if (statement.kind !== 'if' || statement.otherwise.length > 0) continue
    const calls = statement.then.slice(0, -1)
    const last = statement.then.at(-1)
    const leaves = last?.kind === 'continue' && last.label === label
    if (!leaves || calls.length === 0 || calls.some(({ kind }) => kind !== 'do')) continue
    exits.push({ before: body.slice(from, index), condition: statement.condition, calls })
    from = index + 1
  }
  return exits.length === 0 ? null : { exits, rest: body.slice(from) }
}
