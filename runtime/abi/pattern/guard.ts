import type { Constant } from '../artifact.ts'
import { parseLike } from './like.ts'

/**
 * A pattern constant in memory. Beside the number of its matcher lies what generated code can try without a call: a text matches only if it
 * has `lengthMin` bytes and its first four agree with `word` under `mask`. Both are 0 for patterns that say nothing about the start,
 * so that code does not depend on the pattern. `text` is the view of the one text of a simple LIKE pattern, else of nothing.
 */
export const patternCell = { number: 0, lengthMin: 4, word: 8, mask: 12, text: 16, sizeBytes: 32 } as const

export interface PatternGuard {
  readonly lengthMin: number
  readonly word: number
  readonly mask: number
}

/** A LIKE pattern that asks one thing about one text. */
export interface SimpleLike {
  readonly kind: 'equal' | 'starts_with' | 'ends_with' | 'contains'
  readonly text: Uint8Array
}

/** Of `text`, `text%`, `%text` and `%text%`; null for every other pattern. */
export function simpleLike(pattern: Constant & { readonly kind: 'pattern' }): SimpleLike | null {
  if (pattern.form !== 'like' || pattern.caseInsensitive) return null
  const parts = parseLike(pattern.pattern, pattern.escape) ?? []
  const [text, ...more] = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  if (text === undefined || more.length > 0 || parts.some(({ kind }) => kind === 'one')) return null
  const opens = parts[0]?.kind === 'any'
  const closes = parts.at(-1)?.kind === 'any'
  const kind = opens ? (closes ? 'contains' : 'ends_with') : closes ? 'starts_with' : 'equal'
  return { kind, text: new TextEncoder().encode(text) }
}

const anyText: PatternGuard = { lengthMin: 0, word: 0, mask: 0 }

export function patternGuard(pattern: Constant & { readonly kind: 'pattern' }): PatternGuard {
  if (pattern.form !== 'like' || pattern.caseInsensitive) return anyText
  const parts = parseLike(pattern.pattern, pattern.escape) ?? []
  const encoder = new TextEncoder()
  // every `_` takes a byte at least
  const lengthMin = parts.reduce(
    (sum, part) => sum + (part.kind === 'text' ? encoder.encode(part.text).length : part.kind === 'one' ? 1 : 0),
    0,
  )
  const first = parts[0]
  const prefix = first?.kind === 'text' ? encoder.encode(first.text).subarray(0, 4) : new Uint8Array()
  const cells = new DataView(new ArrayBuffer(8))
  for (const [index, byte] of prefix.entries()) {
    cells.setUint8(index, byte)
    cells.setUint8(4 + index, 0xff)
  }
  return { lengthMin, word: cells.getInt32(0, true), mask: cells.getInt32(4, true) }
}
