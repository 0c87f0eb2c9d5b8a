import type { Translation } from './regex.ts'

/**
 * SIMILAR TO as in the standard: matches all of the text; `%` and `_` as in LIKE; `|`, `*`, `+`, `?`, `{m}`, `{m,}`, `{m,n}`, `(..)`,
 * `[..]` and `[^..]` with ranges and `[:class:]`; nothing else is special. `escape`: one character, or '' for none.
 */
export function translateSimilar(pattern: string, escape: string, flags: string): Translation {
  const points = [...pattern]
  let source = ''
  let depth = 0
  for (let at = 0; at < points.length; at++) {
    const point = points[at] as string
    if (escape !== '' && point === escape) {
      at += 1
      const escaped = points[at]
      if (escaped === undefined) return { problem: 'the pattern ends with the escape character' }
      source += literal(escaped)
    } else if (point === '[') {
      const set = readSet(points, at, escape)
      if (set === null) return { problem: 'a [ is never closed' }
      source += set.source
      at = set.end
    } else {
      if (point === '(') depth += 1
      if (point === ')') depth -= 1
      if (depth < 0) return { problem: 'a ) closes nothing' }
      source += special.get(point) ?? literal(point)
    }
  }
  if (depth > 0) return { problem: 'a ( is never closed' }
  return compiles(`^(?:${source})$`, flags)
}

const special: ReadonlyMap<string, string> = new Map([
  ['%', '[^]*'],
  ['_', '[^]'],
  ['(', '(?:'],
  ...[')', '|', '*', '+', '?', '{', '}'].map((same): [string, string] => [same, same]),
])

/** Inside a counted repetition digits and commas are literals anyway. */
function literal(point: string): string {
  return /[0-9A-Za-z,]/.test(point) ? point : `\\u{${(point.codePointAt(0) as number).toString(16)}}`
}

const classes: ReadonlyMap<string, string> = new Map([
  ['ALPHA', '\\p{Alphabetic}'],
  ['DIGIT', '\\p{Nd}'],
  ['ALNUM', '\\p{Alphabetic}\\p{Nd}'],
  ['UPPER', '\\p{Uppercase}'],
  ['LOWER', '\\p{Lowercase}'],
  ['SPACE', '\\u{20}'],
  ['WHITESPACE', '\\p{White_Space}'],
])

function readSet(
  points: readonly string[],
  start: number,
  escape: string,
): { readonly source: string; readonly end: number } | null {
  let source = '['
  let at = start + 1
  if (points[at] === '^') {
    source += '^'
    at += 1
  }
  const first = at
  for (; at < points.length; at++) {
    const point = points[at] as string
    if (point === ']' && at > first) return { source: `${source}]`, end: at }
    if (escape !== '' && point === escape && at + 1 < points.length) {
      at += 1
      source += literal(points[at] as string)
    } else if (point === '[' && points[at + 1] === ':') {
      const end = points.indexOf(']', at)
      const known = classes.get(
        points
          .slice(at + 2, end - 1)
          .join('')
          .toUpperCase(),
      )
      if (end < 0 || known === undefined) return null
      source += known
      at = end
    } else {
      source += point === '-' && at > first && points[at + 1] !== ']' ? '-' : literal(point)
    }
  }
  return null
}

/** The expression if JavaScript takes it. */
function compiles(source: string, flags: string): Translation {
  try {
    RegExp(source, `${flags}v`)
    return { source, flags: `${flags}v` }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
