import type { LibraryContext } from '../context.ts'
import { bytesOf, inlineMax, isAscii, lengthOf, textOf, writeText, writeView } from '../view/view.ts'

/** Case mapping: full Unicode (a character may become several), with a path for ASCII that makes no JavaScript string. */
export function upper(m: LibraryContext, text: number, out: number): void {
  if (!mapAscii(m, text, { out, first: 0x61, bit: 0x20 })) writeText(m, out, textOf(m, text).toUpperCase())
}

export function lower(m: LibraryContext, text: number, out: number): void {
  if (!mapAscii(m, text, { out, first: 0x41, bit: 0x20 })) writeText(m, out, textOf(m, text).toLowerCase())
}

/** Flips the case bit of the 26 letters from `first`; false where the text is not ASCII. */
function mapAscii(
  m: LibraryContext,
  text: number,
  { out, first, bit }: { readonly out: number; readonly first: number; readonly bit: number },
): boolean {
  const start = bytesOf(m, text)
  const length = lengthOf(m, text)
  if (!isAscii(m, start, length)) return false
  const target = length <= inlineMax ? out + 4 : m.allocate(length)
  for (let index = 0; index < length; index++) {
    const byte = m.u8[start + index]!
    m.u8[target + index] = byte >= first && byte < first + 26 ? byte ^ bit : byte
  }
  writeView(m, out, target, length)
  return true
}

const isWordCharacter = /[\p{Alphabetic}\p{N}]/u

/** Words are runs of letters and digits. */
export function initcap(m: LibraryContext, text: number, out: number): void {
  let result = ''
  let inWord = false
  for (const point of textOf(m, text)) {
    result += inWord ? point.toLowerCase() : point.toUpperCase()
    inWord = isWordCharacter.test(point)
  }
  writeText(m, out, result)
}
