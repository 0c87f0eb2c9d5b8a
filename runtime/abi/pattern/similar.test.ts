import { describe, expect, it } from 'vitest'
import { checkLikePattern, parseLike } from './like.ts'
import { translateSimilar } from './similar.ts'

function matches(text: string, pattern: string, escape = '\\'): boolean | string {
  const translated = translateSimilar(pattern, escape, '')
  return 'problem' in translated ? translated.problem : new RegExp(translated.source, translated.flags).test(text)
}

describe('SIMILAR TO', () => {
  it('matches the whole text, with the wildcards of LIKE and the repetitions of regular expressions', () => {
    expect(matches('abc', 'abc')).toBe(true)
    expect(matches('abc', 'a')).toBe(false)
    expect(matches('abc', '(a|b)%')).toBe(true)
    expect(matches('abc', '_b_')).toBe(true)
    expect(matches('aaa', 'a{2,3}')).toBe(true)
    expect(matches('a', 'b|a')).toBe(true)
    expect(matches('ab', 'a|b')).toBe(false)
    expect(matches('a\nb', 'a%b')).toBe(true)
  })

  it('takes nothing else as special', () => {
    expect(matches('a.c', 'a.c')).toBe(true)
    expect(matches('abc', 'a.c')).toBe(false)
    expect(matches('^$', '^$')).toBe(true)
  })

  it('has classes, ranges and named classes', () => {
    expect(matches('b7', '[a-c][[:DIGIT:]]')).toBe(true)
    expect(matches('x', '[^a-c]')).toBe(true)
    expect(matches('-', '[a-]')).toBe(true)
  })

  it('escapes with any character', () => {
    expect(matches('50%', '50\\%')).toBe(true)
    expect(matches('50x', '50#%', '#')).toBe(false)
    expect(matches('\\', '\\', '')).toBe(true)
    expect(matches('a', 'a\\')).toMatch(/escape/)
    expect(matches('a', '(a')).toMatch(/never closed/)
    expect(matches('a', 'a)')).toMatch(/closes nothing/)
  })
})

describe('LIKE patterns', () => {
  it('are taken apart at wildcards, escapes undone', () => {
    expect(parseLike('a%%b_\\%c', '\\')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'any' },
      { kind: 'text', text: 'b' },
      { kind: 'one' },
      { kind: 'text', text: '%c' },
    ])
    expect(parseLike('a\\b', '')).toEqual([{ kind: 'text', text: 'a\\b' }])
    expect(checkLikePattern('a\\', '\\')).toMatch(/escape/)
    expect(checkLikePattern('a\\', '')).toBeNull()
  })
})
