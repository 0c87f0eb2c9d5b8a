import { expect, test } from 'vitest'
import { Patterns } from './patterns.ts'

test('a pattern that is loaded again has the number that it had', () => {
  const patterns = new Patterns()
  const like = { kind: 'pattern', form: 'like', pattern: 'a%', escape: '\\', caseInsensitive: false } as const
  const first = patterns.add(like)
  const others = [
    { ...like, caseInsensitive: true },
    { ...like, form: 'regex' as const },
    { ...like, pattern: 'b%' },
  ]
  const numbers = others.map((pattern) => patterns.add(pattern))
  expect(new Set([first, ...numbers]).size).toBe(4)
  expect(patterns.add({ ...like })).toBe(first)
  expect(others.map((pattern) => patterns.add(pattern))).toEqual(numbers)
})
