import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { finish, mixWord } from '../string/compare.ts'

/** 16-byte interval cells: i32 months, i32 days, i64 micros. */
export interface IntervalParts {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

export function readInterval(m: LibraryContext, cell: number): IntervalParts {
  return { months: m.i32[cell >> 2]!, days: m.i32[(cell >> 2) + 1]!, micros: m.i64[(cell + 8) >> 3]! }
}

/** Writes when each part fits its field, else faults with numeric_overflow. */
export function writeInterval(m: LibraryContext, out: number, { months, days, micros }: IntervalParts): void {
  const fits = (months | 0) === months && (days | 0) === days && BigInt.asIntN(64, micros) === micros
  setFault(m, fits ? 'none' : 'numeric_overflow')
  if (!fits) return
  m.i32[out >> 2] = months
  m.i32[(out >> 2) + 1] = days
  m.i64[(out + 8) >> 3] = micros
}

/** Length in microseconds, a month as 30 days: what intervals are compared and hashed by. */
function lengthOf(m: LibraryContext, cell: number): bigint {
  const { months, days, micros } = readInterval(m, cell)
  return BigInt(months * 30 + days) * 86_400_000_000n + micros
}

export function compare(m: LibraryContext, a: number, b: number): number {
  const [x, y] = [lengthOf(m, a), lengthOf(m, b)]
  return x === y ? 0 : x < y ? -1 : 1
}

export function hash(m: LibraryContext, a: number): number {
  const length = lengthOf(m, a)
  return finish(mixWord(mixWord(0, Number(BigInt.asIntN(32, length))), Number(BigInt.asIntN(32, length >> 32n))))
}

export function add(
  m: LibraryContext,
  [a, b]: readonly [number, number],
  { sign, out }: { readonly sign: 1 | -1; readonly out: number },
): void {
  const [x, y] = [readInterval(m, a), readInterval(m, b)]
  writeInterval(m, out, {
    months: x.months + sign * y.months,
    days: x.days + sign * y.days,
    micros: x.micros + BigInt(sign) * y.micros,
  })
}

export function negate(m: LibraryContext, a: number, out: number): void {
  const { months, days, micros } = readInterval(m, a)
  writeInterval(m, out, { months: 0 - months, days: 0 - days, micros: -micros })
}

/** A fraction of a month becomes days (30 a month), a fraction of a day micros. */
export function multiply(
  m: LibraryContext,
  a: number,
  { factor, out }: { readonly factor: number; readonly out: number },
): void {
  scale(m, a, { by: (part) => part * factor, exact: Number.isInteger(factor) ? BigInt(factor) : null, out })
}

export function divide(
  m: LibraryContext,
  a: number,
  { divisor, out }: { readonly divisor: number; readonly out: number },
): void {
  if (divisor === 0) setFault(m, 'division_by_zero')
  else scale(m, a, { by: (part) => part / divisor, exact: null, out })
}

interface Scaling {
  readonly by: (part: number) => number
  /** A whole factor: nothing is rounded. */
  readonly exact: bigint | null
  readonly out: number
}

function scale(m: LibraryContext, a: number, { by, exact, out }: Scaling): void {
  const { months, days, micros } = readInterval(m, a)
  const scaledMonths = by(months)
  const scaledDays = by(days)
  const scaledMicros = exact === null ? by(Number(micros)) : 0
  if (![scaledMonths, scaledDays, scaledMicros].every(Number.isFinite)) {
    setFault(m, 'numeric_overflow')
    return
  }
  const wholeMonths = Math.trunc(scaledMonths)
  const fromMonths = roundedMicro((scaledMonths - wholeMonths) * 30)
  const wholeDays = Math.trunc(scaledDays) + Math.trunc(fromMonths)
  const dayParts = roundedMicro(scaledDays - Math.trunc(scaledDays)) + (fromMonths - Math.trunc(fromMonths))
  const rest =
    BigInt(Math.round(dayParts * 86_400_000_000)) + (exact === null ? BigInt(Math.round(scaledMicros)) : micros * exact)
  writeInterval(m, out, { months: plus(wholeMonths), days: plus(wholeDays), micros: rest })
}

/** Fractions as of a decimal text of six digits, so that a third of a month is ten days and not a breath less. */
function roundedMicro(fraction: number): number {
  return Math.round(fraction * 1e6) / 1e6
}

/** -0 as 0. */
function plus(value: number): number {
  return value + 0
}
