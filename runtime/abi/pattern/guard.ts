import type { Constant } from '../artifact.ts'
import { parseLike } from './like.ts'

/**
 * A pattern constant in memory. Beside the number of its matcher lies what generated code can try without a call: a text matches only if it
 * has `lengthMin` bytes and its first four agree with `word` under `mask`. Both are 0 for patterns that say nothing about the start,
 * so that code does not depend on the pattern.
 */
export const patternCell = { number: 0, lengthMin: 4, word: 8, mask: 12, sizeBytes: 16 } as const

export interface PatternGuard {
  readonly lengthMin: number
  readonly word: number
  readonly mask: number
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
