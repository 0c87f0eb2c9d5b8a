import type { LibraryContext } from '../context.ts'
import { inlineMax, writeAscii, writeView } from '../view/view.ts'

/** Decimal digits of integers and decimals. */
export function writeInteger(m: LibraryContext, value: bigint, out: number): void {
  const small = Number(value)
  if (!Number.isSafeInteger(small)) {
    writeAscii(m, out, String(value))
    return
  }
  // Without a string: count the digits, then write them from the last.
  let rest = Math.abs(small)
  let length = small < 0 ? 2 : 1
  for (let limit = 10; rest >= limit; limit *= 10) length += 1
  const target = length <= inlineMax ? out + 4 : m.allocate(length)
  let at = target + length
  do {
    const tens = Math.floor(rest / 10)
    at -= 1
    m.u8[at] = 0x30 + rest - tens * 10
    rest = tens
  } while (rest > 0)
  if (small < 0) m.u8[target] = 0x2d
  writeView(m, out, target, length)
}

/** The unscaled integer with a point before its last `scale` digits. */
export function decimalText(value: bigint, scale: number): string {
  const sign = value < 0n ? '-' : ''
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
