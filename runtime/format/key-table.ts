import type { DecodeSchema } from '../abi/decode-schema.ts'

/** A field's column: token index, or -1 when nobody needs it; exact names beat those that differ in case. */
export interface KeyMatch {
  readonly column: number
  readonly exact: boolean
}

const knownKeysMax = 4096
const keys = new TextDecoder('utf-8', { ignoreBOM: true })
const nobody: KeyMatch = { column: -1, exact: false }

/** From keys as they stand in the input to columns. Keys met before are found by their bytes, without making a string. */
export class KeyTable {
  readonly #byName = new Map<string, number>()
  readonly #byLowerName = new Map<string, number>()
  readonly #known = new Map<number, { readonly bytes: Uint8Array; readonly match: KeyMatch }>()

  constructor({ columns, stored }: DecodeSchema) {
    const tokenOf = new Map(columns.map(({ ordinal }, index) => [ordinal, index]))
    for (const [ordinal, name] of stored.entries()) {
      const column = tokenOf.get(ordinal) ?? -1
      this.#byName.set(name, column)
      if (!this.#byLowerName.has(name.toLowerCase())) this.#byLowerName.set(name.toLowerCase(), column)
    }
  }

  byName(name: string): KeyMatch {
    const exact = this.#byName.get(name)
    if (exact !== undefined) return { column: exact, exact: true }
    const column = this.#byLowerName.get(name.toLowerCase())
    return column === undefined ? nobody : { column, exact: false }
  }

  /** A key without escapes. */
  byBytes(u8: Uint8Array, from: number, to: number): KeyMatch {
    let hash = to - from
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (u8[at] ?? 0), 0x01000193)
    const known = this.#known.get(hash)
    if (known && sameBytes(u8, from, { to, bytes: known.bytes })) return known.match
    const bytes = u8.slice(from, to)
    const match = this.byName(keys.decode(bytes))
    if (this.#known.size < knownKeysMax) this.#known.set(hash, { bytes, match })
    return match
  }
}

function sameBytes(u8: Uint8Array, from: number, { to, bytes }: { to: number; bytes: Uint8Array }): boolean {
  if (to - from !== bytes.length) return false
  for (let index = 0; index < bytes.length; index++) if (u8[from + index] !== bytes[index]) return false
  return true
}
