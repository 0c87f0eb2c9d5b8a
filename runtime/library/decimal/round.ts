import type { LibraryContext } from '../context.ts'
import {
  divideRounded,
  divideSmall,
  doublePowers,
  isSmall,
  powersOfTen,
  read,
  scaled,
  small,
  writeChecked,
  writeSmallChecked,
} from './cell.ts'

export interface Rounding {
  /** how many of the last digits become zero; none when negative */
  readonly digits: number
  readonly precision: number
  readonly out: number
}

export type RoundingMode = 'half_away' | 'floor' | 'ceil' | 'toward_zero'

/** To a multiple of 10^digits. */
export function round(
  m: LibraryContext,
  a: number,
  { digits, precision, out, mode }: Rounding & { readonly mode: RoundingMode },
): void {
  const value = read(m, a)
  if (digits <= 0) {
    writeChecked(m, value, { precision, out })
    return
  }
  // Beyond 39 digits every decimal is less than half of the unit.
  const unit = powersOfTen[Math.min(digits, 40)]!
  writeChecked(m, quotient(value, unit, mode) * unit, { precision, out })
}

function quotient(value: bigint, unit: bigint, mode: RoundingMode): bigint {
  switch (mode) {
    case 'half_away':
      return divideRounded(value, unit)
    case 'toward_zero':
      return value / unit
    case 'floor':
      return value / unit - (value % unit < 0n ? 1n : 0n)
    case 'ceil':
      return value / unit + (value % unit > 0n ? 1n : 0n)
  }
}

export function rescale(
  m: LibraryContext,
  a: number,
  { up, precision, out }: { readonly up: number; readonly precision: number; readonly out: number },
): void {
  const value = small(m, a)
  const moved = up >= 0 ? value * doublePowers[up]! : up >= -15 ? divideSmall(value, doublePowers[-up]!) : Number.NaN
  if (isSmall(moved)) {
    writeSmallChecked(m, moved, precision, out)
    return
  }
  writeChecked(m, scaled(read(m, a), up), { precision, out })
}
