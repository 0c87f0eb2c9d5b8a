import type { ExpressionCase } from './expression-case.ts'

/** A place where DuckDB and Millrace differ, and why Millrace means to. */
interface Difference {
  readonly reason: string
  readonly applies: (seen: Seen) => boolean
}

/** A value as text, NULL, or an error. */
export interface Shown {
  readonly text: string | null
  readonly error: string | null
}

export interface Seen {
  readonly subject: ExpressionCase
  readonly row: number
  readonly ours: Shown
  readonly theirs: Shown
}

const uses = ({ subject }: Seen, ...names: string[]): boolean =>
  subject.used.some((used) => names.some((name) => used.startsWith(name)))

const failsThere = ({ theirs }: Seen, pattern: RegExp): boolean => theirs.error !== null && pattern.test(theirs.error)

const differences: readonly Difference[] = [
  {
    reason: 'functions of doubles give NaN and infinities here (semantics section 2); DuckDB fails for some arguments',
    applies: (seen) =>
      (seen.theirs.text === null && /NaN|Infinity/.test(seen.ours.text ?? '')) ||
      failsThere(seen, /cannot take|undefined|Input value .* out of range/i),
  },
  {
    reason: 'division by zero is an error here, NULL in DuckDB, which its callers may turn into a value',
    applies: ({ ours }) => ours.error === 'division_by_zero',
  },
  {
    reason:
      'DuckDB does not compute a sum of which it is only asked whether it is NULL; its overflow is an error here, as in PostgreSQL',
    applies: (seen) => seen.ours.error === 'numeric_overflow' && uses(seen, 'is_null', 'is_not_null'),
  },
  {
    reason: 'dates and timestamps end with the years 1 and 9999 here, in between too',
    applies: ({ ours }) => ours.error === 'datetime_overflow',
  },
  {
    reason: 'the remainder of the least integer by -1 is 0, as in PostgreSQL; DuckDB fails on the quotient',
    applies: (seen) => failsThere(seen, /Overflow in division of/),
  },
  {
    reason: 'DuckDB keeps sums and products of DECIMAL(18) at 18 digits; here they have one more',
    applies: (seen) =>
      failsThere(
        seen,
        /Overflow in (?:addition|subtraction|multiplication) of DECIMAL|to type DECIMAL\(18,\d\) failed/,
      ),
  },
  {
    reason: 'a negative fraction rounds to 0, which an unsigned type holds; DuckDB tests the sign first',
    applies: (seen) =>
      failsThere(seen, /with value -0(?:\.\d+)? can't be cast|with value -\d(?:\.\d+)?e-\d+ can't be cast/),
  },
  {
    reason: 'centuries and millennia begin with the year 1, as in PostgreSQL; DuckDB begins them with the year 0',
    applies: (seen) => uses(seen, 'date_trunc century', 'date_trunc millennium'),
  },
  {
    reason: 'intervals are ordered by their length; DuckDB compares those of mixed signs month by month first',
    applies: (seen) =>
      /c34|c35/.test(seen.subject.sql ?? '') &&
      uses(seen, 'least', 'greatest', 'less', 'equal', 'not_equal', 'nullif', 'in', 'is_'),
  },
]

/** Why this is no bug, or null. */
export function dialectDifference(seen: Seen): string | null {
  return differences.find(({ applies }) => applies(seen))?.reason ?? null
}
