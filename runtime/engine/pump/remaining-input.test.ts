import { describe, expect, it } from 'vitest'
import { remainingTimes } from './remaining-input.ts'

const driver = (rows: number, progress: number | null) => ({ counters: { rows, bytes: 0 }, progress })

describe('what is left of the input', () => {
  it.each([
    ['nothing read', [driver(0, 0)], null],
    ['a fifth read', [driver(100, 0.2)], 4],
    ['all read', [driver(100, 1)], 0],
    ['two sources, by rows', [driver(100, 0.5), driver(300, 0.25)], 2.5],
    ['a source without rows does not count', [driver(100, 0.5), driver(0, null)], 1],
    ['an endless one does', [driver(100, 0.5), driver(1, null)], null],
  ])('%s', (_, drivers, expected) => {
    expect(remainingTimes(drivers)).toBe(expected)
  })
})
