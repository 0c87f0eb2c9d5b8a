import type { PlannerScope, Program } from '../../sql/planner/planner.ts'
import type { Planner } from '../../sql/planner/planner.ts'
import type { Interval } from '../../sql/plan/logical-plan.ts'
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

/** Arguments that choose among operations, by call: units of time, flags. The boundary that README.md draws. */
const directing: Readonly<Record<string, readonly number[]>> = {
  date_trunc: [0],
  date_part: [0],
  regexp_like: [2],
  regexp_count: [3],
  regexp_replace: [3],
}
/** Calls whose second argument is a pattern. */
const matching = new Set(['regexp_like', 'regexp_count', 'regexp_replace'])
/** Calls whose intervals are a window's size and offset. */
const windows = new Set(['tumble', 'window_end'])

/**
 * The planner, but for the names of columns and what SQL writes between quotes in what it gives (texts, dates and times, intervals): each is replaced
 * by another one. Names stay different where they were; texts of a long IN list become fewer. What the catalog then holds is turned back before the planner sees it, so the program's own text still plans.
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
    if (record['kind'] === 'literal') copy['value'] = this.#literal(record, call)
    if (record['kind'] === 'call') this.#restoreDirections(copy, record)
    if (record['kind'] === 'in_list') copy['list'] = fewerTexts(copy['list'] as readonly unknown[])
    if (String(record['operator']).startsWith('regex_')) copy['right'] = this.#pattern(record['right'])
    if (record['kind'] === 'like') copy['pattern'] = this.#pattern(record['pattern'])
    return copy
  }

  #literal({ type, value }: Readonly<Record<string, unknown>>, call: string): unknown {
    const { kind } = type as { readonly kind: string }
    if (value === null) return null
    switch (kind) {
      case 'varchar':
        return this.#text(String(value))
      case 'date':
      case 'time':
      case 'timestamp':
      case 'timestamptz':
        this.renamed++
        return String(BigInt(String(value)) / 3n + 7n)
      case 'interval':
        return windows.has(call) ? value : this.#interval(value as Interval)
      default:
        return value
    }
  }

  /** As long in months as before, or not: that is its form. A microsecond alone stands for the last instant of a window. */
  #interval(value: Interval): Interval {
    const { months, days, micros } = value
    if (months === 0 && days === 0 && micros === '1') return value
    this.renamed++
    return { months: months * 2, days: days + 1, micros: String(BigInt(micros) + 11n) }
  }

  /** What chooses an operation stays; patterns keep their form. */
  #restoreDirections(
    copy: Record<string, unknown>,
    { name, arguments: given }: Readonly<Record<string, unknown>>,
  ): void {
    const originals = given as readonly unknown[]
    const kept = directing[String(name)] ?? []
    const changed = copy['arguments'] as readonly unknown[]
    copy['arguments'] = changed.map((argument, index) => {
      if (kept.includes(index)) return originals[index]
      return matching.has(String(name)) && index === 1 ? this.#pattern(originals[index]) : argument
    })
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

/** Every second text is the one before it. */
function fewerTexts(list: readonly unknown[]): readonly unknown[] {
  const items = list as readonly { readonly kind: string; readonly type: { readonly kind: string } }[]
  const areTexts = items.every(({ kind, type }) => kind === 'literal' && type.kind === 'varchar')
  return areTexts ? items.map((item, index) => items[index - (index % 2)] ?? item) : list
}
