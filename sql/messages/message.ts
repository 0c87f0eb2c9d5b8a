import type { DataPlace, Diagnostic, Note } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'

/** What is fixed about a code. Texts hold `%name%` placeholders. */
export interface MessageFacts {
  readonly sqlstate: string
  readonly message: string
  readonly hint?: string
}

/** Where and beside what a diagnostic stands. A hint given here replaces the message's own. */
export interface Where {
  readonly span?: Span | undefined
  readonly hint?: string | undefined
  readonly notes?: readonly Note[] | undefined
  readonly place?: DataPlace | undefined
}

export type MessageValues = Readonly<Record<string, string | number>>

/** Fills a message's placeholders. A value is put in as it is and never scanned again. */
function fill(text: string, values: MessageValues): string {
  return text.replace(/%(\w+)%/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Makes the diagnostic of a code. The generated functions of `raise.ts` call this with their own facts. */
export function diagnose(
  entry: readonly [code: string, facts: MessageFacts],
  values: MessageValues,
  where: Where,
): Diagnostic {
  const [code, facts] = entry
  const hint = where.hint ?? (facts.hint === undefined ? undefined : fill(facts.hint, values))
  return {
    code,
    sqlstate: facts.sqlstate,
    message: fill(facts.message, values),
    ...(where.span && { span: where.span }),
    ...(hint !== undefined && { hint }),
    ...(where.notes && { notes: where.notes }),
    ...(where.place && { place: where.place }),
  }
}
