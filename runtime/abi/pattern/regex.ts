import { readClass } from './regex-class.ts'
import { escapeOf } from './regex-escape.ts'

/**
 * The dialect of regular expressions: that of the Rust `regex` crate, which is also DataFusion's: Perl-like syntax,
 * Unicode classes, no look-around, no back-references. Run by JavaScript's engine, after translation, so that both agree:
 *
 * | here | JavaScript (flag v) |
 * |---|---|
 * | `.` | any character but `\n`; with flag s any |
 * | `^`, `$`, `\A`, `\z` | ends of the text; with flag m the first two also next to `\n` (and nothing else) |
 * | `\d`, `\w`, `\s`, `\b` | Unicode, as in UTS 18 |
 * | `(?P<name>..)`, `(?i)`, `(?i:..)` | `(?<name>..)`, and modifiers on each character |
 * | `[[:alpha:]]`, `[a&&[b]]` | classes as sets; `&&` and `--` are kept, `~~` is refused |
 *
 * Flags: i, m, s, x as in the crate; g is the caller's.
 */
export type Translation = { readonly source: string; readonly flags: string } | { readonly problem: string }

export function translateRegex(pattern: string, flags: string): Translation {
  const unknown = [...flags].find((flag) => !'imsxg'.includes(flag))
  if (unknown !== undefined) return { problem: `flag ${unknown} is not known` }
  // Flags at the very start are those of the whole, which spares saying them again and again.
  const [whole = '', leading = ''] = /^\(\?([imsx]+)\)/.exec(pattern) ?? []
  const all = flags + leading
  try {
    const modes = {
      ignoreCase: all.includes('i'),
      multiline: all.includes('m'),
      dotAll: all.includes('s'),
      extended: all.includes('x'),
    }
    const source = new RegexTranslator(pattern.slice(whole.length)).run(modes)
    const known = modes.ignoreCase ? 'iv' : 'v'
    RegExp(source, known)
    return { source, flags: known }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

interface Modes {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly extended: boolean
}

/** Recursive descent over groups; everything inside one group is copied or replaced piece by piece. */
class RegexTranslator {
  readonly #points: readonly string[]
  readonly #hasModifiers: boolean
  #at = 0

  constructor(pattern: string) {
    this.#points = [...pattern]
    this.#hasModifiers = /\(\?[a-z]*-?[a-z]*i/.test(pattern)
  }

  run(modes: Modes): string {
    const source = this.#group(modes)
    if (this.#at < this.#points.length) throw new Error('a ) closes nothing')
    return source
  }

  /** Up to `)` or the end, which is not consumed. Flags set on the way hold to the end of the group, in later alternatives, too. */
  #group(outer: Modes): string {
    let modes = outer
    let source = ''
    while (this.#at < this.#points.length && this.#points[this.#at] !== ')') {
      const opened = this.#openGroup()
      if (opened === null) {
        source += this.#atom(modes)
      } else if (opened.prefix === null) {
        modes = combined(modes, opened.modes)
        if ('*+?{'.includes(this.#points[this.#at] ?? ' ')) throw new Error('flags cannot be repeated')
      } else {
        source += opened.prefix + this.#group(combined(modes, opened.modes))
        if (this.#points[this.#at] !== ')') throw new Error('a ( is never closed')
        this.#at += 1
        source += ')'
      }
    }
    return source
  }

  /** The start of a group, or flags for the rest of the present one (no prefix). */
  #openGroup(): { readonly prefix: string | null; readonly modes: Partial<Modes> } | null {
    if (this.#points[this.#at] !== '(') return null
    const rest = this.#points.slice(this.#at, this.#at + 100).join('')
    const named = /^\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(rest)
    const flagged = /^\(\?([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest)
    if (named) {
      this.#at += named[0].length
      return { prefix: `(?<${named[1]}>`, modes: {} }
    }
    if (flagged) {
      this.#at += flagged[0].length
      return { prefix: flagged[3] === ')' ? null : '(?:', modes: modesOf(flagged[1] ?? '', flagged[2] ?? '') }
    }
    if (rest.startsWith('(?')) {
      throw new Error(
        `${rest.slice(0, 3)} is not supported: no look-around, and no groups but (?:..), (?<name>..) and (?flags:..)`,
      )
    }
    this.#at += 1
    return { prefix: '(', modes: {} }
  }

  #atom(modes: Modes): string {
    const point = this.#points[this.#at] as string
    if (point === '[') {
      const set = readClass(this.#points, this.#at)
      this.#at = set.end
      return this.#cased(set.source, modes)
    }
    if (point === '\\') {
      const escape = escapeOf(this.#points, this.#at)
      this.#at = escape.end
      if (escape.inside === null) return this.#assertion(escape.outside)
      return this.#cased(escape.outside, modes)
    }
    if (point === '{') return this.#repetition()
    this.#at += 1
    if (modes.extended) {
      if (/^\p{White_Space}$/u.test(point)) return ''
      if (point === '#') return this.#comment()
    }
    if (point === '.') return modes.dotAll ? '[^]' : '[^\\n]'
    if (point === '^') return this.#assertion(modes.multiline ? '(?<=^|\\n)' : '^')
    if (point === '$') return this.#assertion(modes.multiline ? '(?=\\n|$)' : '$')
    if ('|*+?'.includes(point)) return point
    return hasCase(point) ? this.#cased(literalPoint(point), modes) : literalPoint(point)
  }

  /** V8 forgets what should be ignored after a group with modifiers, so each character and class that has case says it itself. */
  #cased(source: string, { ignoreCase }: Modes): string {
    return this.#hasModifiers ? `(?${ignoreCase ? '' : '-'}i:${source})` : source
  }

  /** JavaScript repeats no assertion; repeated it is the same, or nothing when it may be left out. */
  #assertion(source: string): string {
    const rest = this.#points.slice(this.#at, this.#at + 24).join('')
    const repeated = /^(?:([*?])|\+|\{(\d+)(?:,\d*)?\})\??/.exec(rest)
    if (!repeated) return source
    this.#at += repeated[0].length
    return repeated[1] !== undefined || Number(repeated[2] ?? 1) === 0 ? '(?:)' : source
  }

  #repetition(): string {
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#points.slice(this.#at, this.#at + 24).join(''))
    if (!counted) throw new Error('a { starts a repetition such as {2,5}; write \\{ for the character')
    this.#at += counted[0].length
    return counted[0]
  }

  #comment(): string {
    while (this.#at < this.#points.length && this.#points[this.#at] !== '\n') this.#at += 1
    return ''
  }
}

function combined(modes: Modes, changes: Partial<Modes>): Modes {
  return { ...modes, ...changes }
}

function modesOf(on: string, off: string): Partial<Modes> {
  const names = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', x: 'extended' } as const
  const modes: { -readonly [Name in keyof Modes]?: boolean } = {}
  for (const [flag, name] of Object.entries(names)) {
    if (on.includes(flag)) modes[name] = true
    if (off.includes(flag)) modes[name] = false
  }
  return modes
}

function hasCase(point: string): boolean {
  return point.toLowerCase() !== point || point.toUpperCase() !== point
}

/** The character itself, safe anywhere in an expression with flag v. */
function literalPoint(point: string): string {
  return /^[0-9A-Za-z]$/.test(point) ? point : `\\u{${(point.codePointAt(0) as number).toString(16)}}`
}
