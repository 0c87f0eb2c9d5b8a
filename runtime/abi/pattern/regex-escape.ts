/** What a backslash sequence means, outside of brackets and within. */
export interface Escape {
  readonly outside: string
  /** null: means nothing there */
  readonly inside: string | null
  readonly end: number
}

const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}'
const boundary = `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`
/** `(?<=^|[^])`: V8 looks between the halves of a surrogate pair, too, where nothing stands before and behind. */
const noBoundary = `(?:(?<=[${word}])(?=[${word}])|(?<=^|[^])(?<![${word}])(?![${word}]))`

/** Letters with a meaning of their own: [outside, inside]. */
const letters: Readonly<Record<string, readonly [string, string | null]>> = {
  d: ['\\p{Nd}', '\\p{Nd}'],
  D: ['\\P{Nd}', '\\P{Nd}'],
  w: [`[${word}]`, `[${word}]`],
  W: [`[^${word}]`, `[^${word}]`],
  s: ['\\p{White_Space}', '\\p{White_Space}'],
  S: ['\\P{White_Space}', '\\P{White_Space}'],
  b: [boundary, null],
  B: [noBoundary, null],
  A: ['^', null],
  z: ['$', null],
  n: ['\\n', '\\n'],
  r: ['\\r', '\\r'],
  t: ['\\t', '\\t'],
  f: ['\\f', '\\f'],
  v: ['\\v', '\\v'],
  a: ['\\u{7}', '\\u{7}'],
}

/** Reads the escape at `at` (a backslash). Throws for what the dialect does not have. */
export function escapeOf(points: readonly string[], at: number): Escape {
  const letter = points[at + 1]
  if (letter === undefined) throw new Error('the pattern ends with a backslash')
  const known = letters[letter]
  if (known) {
    const [outside, inside] = known
    return { outside, inside, end: at + 2 }
  }
  if (letter === 'p' || letter === 'P') return property(points, at, letter)
  if (letter === 'x' || letter === 'u' || letter === 'U') return codePoint(points, at, letter)
  if (/^[0-9]$/.test(letter)) throw new Error(`\\${letter}: back-references are not supported`)
  if (/^[A-Za-z]$/.test(letter)) throw new Error(`\\${letter} is not known`)
  const literal = `\\u{${(letter.codePointAt(0) as number).toString(16)}}`
  return { outside: literal, inside: literal, end: at + 2 }
}

function codePoint(points: readonly string[], at: number, letter: string): Escape {
  const rest = points.slice(at, at + 14).join('')
  const digits = { x: 2, u: 4, U: 8 }[letter as 'x' | 'u' | 'U']
  const found =
    /^\\[xuU]\{([0-9A-Fa-f]{1,8})\}/.exec(rest) ?? new RegExp(`^\\\\[xuU]([0-9A-Fa-f]{${digits}})`).exec(rest)
  const value = found ? Number.parseInt(found[1] as string, 16) : Number.NaN
  if (!found || !(value <= 0x10ffff)) throw new Error(`\\${letter} needs hexadecimal digits of a character`)
  const literal = `\\u{${value.toString(16)}}`
  return { outside: literal, inside: literal, end: at + found[0].length }
}

function property(points: readonly string[], at: number, letter: string): Escape {
  const rest = points.slice(at + 2, at + 60).join('')
  const found = /^\{(\^?)([^}]+)\}/.exec(rest) ?? /^()([A-Za-z])/.exec(rest)
  if (!found) throw new Error(`\\${letter} needs the name of a property`)
  const [all, caret = '', name = ''] = found
  const isNegated = (letter === 'P') !== (caret === '^')
  const known = [name, `Script=${name}`, `General_Category=${name}`].find(isProperty)
  if (known === undefined) throw new Error(`property ${name} is not known`)
  const source = `\\${isNegated ? 'P' : 'p'}{${known}}`
  return { outside: source, inside: source, end: at + 2 + all.length }
}

function isProperty(name: string): boolean {
  try {
    RegExp(`\\p{${name}}`, 'v')
    return true
  } catch {
    return false
  }
}
