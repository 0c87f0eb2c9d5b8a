import type { PlannerScope, Program } from '../../sql/planner/planner.ts'
import type { Planner } from '../../sql/planner/planner.ts'
import type { Statement } from '../../sql/plan/statement.ts'

/** One name for each, none of them harmless: other lengths, other characters, ends of comments, strings and templates. */
export function hostile(name: string): string {
  const shell = shells[name.length % shells.length] as string
  return shell.replace('~', () => name.toUpperCase())
}

const shells = [
  '~*/',
  '__proto__~',
  '${~}',
  '"~\\',
  "'~\n",
  '`~\u2028',
  '</script>~',
  `~${'x'.repeat(300)}`,
  '\u{1f4a5}~\u0007',
]

/** Names by which connectors find their columns: those of generators. */
const generators = new Set(['nexmark', 'datagen'])

/** Calls whose texts say what is to be done rather than what with: `date_trunc('month', ..)`. */
const directed = /^(date_|to_|from_|regexp_|extract|encode|decode|digest|arrow_|make_)/

/**
 * The planner, but for the names of columns and the texts of literals in what it gives: each is replaced by another one, and equal
 * ones by equal ones. What the catalog then holds is turned back before the planner sees it, so the program's own text still plans.
 */
export class RenamingPlanner {
  readonly #inner: Planner
  readonly #originals = new Map<string, string>()
  /** What was replaced: a law that renames nothing holds too easily. */
  renamed = 0

  constructor(inner: Planner) {
    this.#inner = inner
  }

  parse(sql: string): Program {
    return this.#inner.parse(sql)
  }

  plan(program: Program, index: number, scope: PlannerScope): Statement {
    const original = scope.tables.map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => ({ ...column, name: this.#originals.get(column.name) ?? column.name })),
    }))
    const statement = this.#inner.plan(program, index, { ...scope, tables: original })
    if (
      statement.kind === 'create_source' &&
      statement.options.some(({ key, value }) => key === 'connector' && generators.has(value))
    )
      return statement
    return this.#value(statement, '') as Statement
  }

  release(program: Program): void {
    this.#inner.release(program)
  }

  #value(value: unknown, call: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#value(each, call))
    if (typeof value !== 'object' || value === null) return value
    const record = value as Readonly<Record<string, unknown>>
    const inside = record['kind'] === 'call' ? String(record['name']) : record['kind'] === 'column' ? '' : call
    const entries = Object.entries(record).map(([key, each]) => [key, this.#value(each, inside)])
    const copy = Object.fromEntries(entries) as Record<string, unknown>
    if (isColumn(record)) copy['name'] = this.#rename(record['name'] as string)
    if (isText(record) && !directed.test(call)) copy['value'] = this.#text(record['value'] as string)
    if (String(record['operator']).startsWith('regex_')) copy['right'] = this.#pattern(record['right'])
    if (record['kind'] === 'like') copy['pattern'] = this.#pattern(record['pattern'])
    return copy
  }

  #rename(name: string): string {
    const other = hostile(name)
    this.#originals.set(other, name)
    this.renamed++
    return other
  }

  #text(text: string): string {
    this.renamed++
    return `${hostile(text)}${text.length}`
  }

  /** The letters of a pattern change, its wildcards do not: those are its shape. */
  #pattern(pattern: unknown): unknown {
    const literal = pattern as { readonly kind: string; readonly value: unknown }
    if (literal.kind !== 'literal' || typeof literal.value !== 'string') return this.#value(pattern, '')
    this.renamed++
    return {
      ...literal,
      value: literal.value.replace(/\\.|\p{L}/gu, (part) =>
        part.startsWith('\\') ? part : otherLetter(part).repeat(2),
      ),
    }
  }
}

/** One for each, and none that means something to a pattern. */
function otherLetter(letter: string): string {
  return String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0x4e00)
}

function isColumn(record: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof record['name'] === 'string' &&
    'type' in record &&
    'nullable' in record &&
    !('kind' in record) &&
    !('arguments' in record)
  )
}

function isText(record: Readonly<Record<string, unknown>>): boolean {
  const type = record['type'] as { readonly kind?: string } | undefined
  return record['kind'] === 'literal' && type?.kind === 'varchar' && typeof record['value'] === 'string'
}
