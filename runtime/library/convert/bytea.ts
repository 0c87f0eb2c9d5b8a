import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { bytesOf, inlineMax, lengthOf, writeView } from '../view/view.ts'

const hexDigits = '0123456789abcdef'

/** `\x` and two digits a byte. */
export function writeHex(m: LibraryContext, bytes: number, out: number): void {
  const start = bytesOf(m, bytes)
  const count = lengthOf(m, bytes)
  const length = 2 + 2 * count
  // Not in `out`: the operand may be the same cell.
  const target = m.allocate(length)
  m.u8[target] = 0x5c
  m.u8[target + 1] = 0x78
  for (let index = 0; index < count; index++) {
    const byte = m.u8[start + index]!
    m.u8[target + 2 + 2 * index] = hexDigits.charCodeAt(byte >> 4)
    m.u8[target + 3 + 2 * index] = hexDigits.charCodeAt(byte & 15)
  }
  writeView(m, out, target, length)
}

/** PostgreSQL's two forms: `\x` and hexadecimal digits, or text with `\\` and `\ooo` escapes. */
export function parseBytea(m: LibraryContext, text: string, out: number): void {
  const bytes = text.startsWith('\\x') ? fromHex(text.slice(2)) : fromEscapes(text)
  setFault(m, bytes === null ? 'invalid_cast' : 'none')
  if (bytes === null) return
  const target = bytes.length <= inlineMax ? out + 4 : m.allocate(bytes.length)
  m.u8.set(bytes, target)
  writeView(m, out, target, bytes.length)
}

function fromHex(digits: string): Uint8Array | null {
  const plain = digits.replaceAll(/\s/g, '')
  return /^(?:[0-9A-Fa-f]{2})*$/.test(plain) ? Uint8Array.fromHex(plain) : null
}

function fromEscapes(text: string): Uint8Array | null {
  const bytes: number[] = []
  for (let at = 0; at < text.length;) {
    const octal = /^\\([0-3][0-7]{2})/.exec(text.slice(at, at + 4))
    if (octal) {
      bytes.push(Number.parseInt(octal[1] as string, 8))
      at += 4
    } else if (text.startsWith('\\\\', at)) {
      bytes.push(0x5c)
      at += 2
    } else if (text[at] === '\\') {
      return null
    } else {
      const point = String.fromCodePoint(text.codePointAt(at) as number)
      bytes.push(...new TextEncoder().encode(point))
      at += point.length
    }
  }
  return Uint8Array.from(bytes)
}
