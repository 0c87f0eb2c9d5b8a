import { isUtf8 } from 'node:buffer'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { sourceControl } from '../abi/artifact.ts'
import { textStatus, token } from '../abi/decode-token.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { storeView } from './cells.ts'

const backslash = 92

const simpleEscapes: ReadonlyMap<number, number> = new Map([
  [34, 34],
  [92, 92],
  [47, 47],
  [98, 8],
  [102, 12],
  [110, 10],
  [114, 13],
  [116, 9],
])

/** Texts that are not simply a piece of the input: they are written into the reader's arena, which is large enough for all of them. */
export class FieldText {
  readonly #views: MemoryViews

  constructor(views: MemoryViews) {
    this.#views = views
  }

  /** A JSON string whose escapes are well-formed. */
  json(control: number, { from, to, out }: { from: number; to: number; out: number }): number {
    const start = this.#arena(control, to - from)
    const end = this.#unescape(start, { from, to })
    if (end < 0) return -end
    this.#finish(control, { start, end, out })
    return textStatus.good
  }

  /** json_plain of the library: what is not text stays as it is. It takes no room: its value is made before any other text. */
  plain(control: number, cell: number): void {
    const { u8, i32 } = this.#views
    const from = i32[(cell + token.from) >> 2] ?? 0
    const to = i32[(cell + token.to) >> 2] ?? 0
    if (!u8.subarray(from, to).includes(backslash)) return
    const start = this.#arena(control, to - from)
    const end = this.#unescape(start, { from, to })
    if (end < 0) return
    i32[(cell + token.from) >> 2] = start
    i32[(cell + token.to) >> 2] = end
  }

  /** Writes the text to `start`; its end, or a status with a minus. */
  #unescape(start: number, { from, to }: { from: number; to: number }): number {
    const { u8 } = this.#views
    if (!isUtf8(u8.subarray(from, to))) return -textStatus.invalidUtf8
    let at = start
    for (let index = from; index < to;) {
      const byte = u8[index] ?? 0
      if (byte !== backslash) {
        if (byte === 0) return -textStatus.nullByte
        u8[at++] = byte
        index++
        continue
      }
      const simple = simpleEscapes.get(u8[index + 1] ?? 0)
      if (simple !== undefined) {
        u8[at++] = simple
        index += 2
        continue
      }
      const unit = this.#unit(index + 2)
      if (unit === 0) return -textStatus.nullByte
      const low =
        unit >= 0xd800 && unit < 0xdc00 && u8[index + 6] === backslash && u8[index + 7] === 117
          ? this.#unit(index + 8)
          : 0
      const paired = low >= 0xdc00 && low < 0xe000
      // half a surrogate pair is no character, and UTF-8 cannot hold it
      if (!paired && unit >= 0xd800 && unit < 0xe000) return -textStatus.malformed
      at = this.#writeCharacter(at, paired ? 0x10000 + ((unit - 0xd800) << 10) + low - 0xdc00 : unit)
      index += paired ? 12 : 6
    }
    return at
  }

  /** The inside of a CSV field: in quotes, an escape byte before an escape or quote byte is dropped. */
  csv(
    control: number,
    { from, to, out, escape, quote }: { from: number; to: number; out: number; escape: number; quote: number },
  ): number {
    const { u8 } = this.#views
    if (!isUtf8(u8.subarray(from, to))) return textStatus.invalidUtf8
    const start = this.#arena(control, to - from)
    // a delimiter or a line's end stands behind what has no quotes
    const isQuoted = u8[to] === quote
    let at = start
    for (let index = from; index < to; index++) {
      let byte = u8[index] ?? 0
      if (byte === 0) return textStatus.nullByte
      const next = u8[index + 1]
      if (isQuoted && byte === escape && index + 1 < to && (next === quote || next === escape)) {
        index++
        byte = next
      }
      u8[at++] = byte
    }
    this.#finish(control, { start, end: at, out })
    return textStatus.good
  }

  base64(control: number, { from, to, out }: { from: number; to: number; out: number }): number {
    const { u8 } = this.#views
    const text = Buffer.from(u8.slice(from, to)).toString('latin1')
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return textStatus.malformed
    const bytes = Buffer.from(text, 'base64')
    const start = this.#arena(control, bytes.length)
    u8.set(bytes, start)
    this.#finish(control, { start, end: start + bytes.length, out })
    return textStatus.good
  }

  #arena(control: number, sizeBytes: number): number {
    const { i32 } = this.#views
    const start = i32[(control + sourceControl.arenaCursor) >> 2] ?? 0
    if (start + sizeBytes > (i32[(control + sourceControl.arenaEnd) >> 2] ?? 0))
      throw new InternalError('the text arena of a decoder is too small')
    return start
  }

  #finish(control: number, { start, end, out }: { start: number; end: number; out: number }): void {
    this.#views.i32[(control + sourceControl.arenaCursor) >> 2] = end
    storeView(this.#views, out, { from: start, length: end - start })
  }

  /** Four hexadecimal digits. */
  #unit(at: number): number {
    const { u8 } = this.#views
    let unit = 0
    for (let index = at; index < at + 4; index++) {
      const byte = u8[index] ?? 0
      unit = (unit << 4) | (byte <= 57 ? byte - 48 : (byte | 32) - 87)
    }
    return unit
  }

  #writeCharacter(at: number, code: number): number {
    const { u8 } = this.#views
    if (code < 0x80) {
      u8[at] = code
      return at + 1
    }
    if (code < 0x800) {
      u8[at] = 0xc0 | (code >> 6)
      u8[at + 1] = 0x80 | (code & 63)
      return at + 2
    }
    const wide = code >= 0x10000
    let to = at
    if (wide) u8[to++] = 0xf0 | (code >> 18)
    u8[to++] = wide ? 0x80 | ((code >> 12) & 63) : 0xe0 | (code >> 12)
    u8[to++] = 0x80 | ((code >> 6) & 63)
    u8[to++] = 0x80 | (code & 63)
    return to
  }
}
