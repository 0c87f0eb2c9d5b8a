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
 * | `(?P<name>..)`, `(?i)`, `(?i:..)` | `(?<name>..)`, and groups with modifiers |
 * | `[[:alpha:]]`, `[a&&[b]]` | classes as sets; `&&` and `--` are kept, `~~` is refused |
 *
 * Flags: i, m, s, x as in the crate; g is the caller's.
 */
export type Translation = { readonly source: string; readonly flags: string } | { readonly problem: string }

export function translateRegex(pattern: string, flags: string): Translation {
  const unknown = [...flags].find((flag) => !'imsxg'.includes(flag))
  if (unknown !== undefined) return { problem: `flag ${unknown} is not known` }
  try {
    const modes = { multiline: flags.includes('m'), dotAll: flags.includes('s'), extended: flags.includes('x') }
    const source = new RegexTranslator(pattern).run(modes)
    const known = flags.includes('i') ? 'iv' : 'v'
    RegExp(source, known)
    return { source, flags: known }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

interface Modes {
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly extended: boolean
}

/** Recursive descent over groups; everything inside one group is copied or replaced piece by piece. */
class RegexTranslator {
  readonly #points: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#points = [...pattern]
  }

  run(modes: Modes): string {
    const source = this.#group(modes)
    if (this.#at < this.#points.length) throw new Error('a ) closes nothing')
    return source
  }

  /** Up to `)` or the end, which is not consumed. */
  #group(outer: Modes): string {
    let modes = outer
    let source = ''
    let closing = ''
    while (this.#at < this.#points.length && this.#points[this.#at] !== ')') {
      const opened = this.#openGroup()
      if (opened?.kind === 'modes') {
        modes = combined(modes, opened.modes)
        // In the alternatives that follow, too: the rest of the group becomes one group, split by `|` anew.
        source += opened.prefix
        closing = opened.prefix === '' ? closing : `)${closing}`
      } else if (opened) {
        source += opened.prefix + this.#group(combined(modes, opened.modes))
        if (this.#points[this.#at] !== ')') throw new Error('a ( is never closed')
        this.#at += 1
        source += ')'
      } else if (this.#points[this.#at] === '|' && closing !== '') {
        throw new Error('flags in the middle of alternatives: put them first, or use (?flags:..)')
      } else {
        source += this.#atom(modes)
      }
    }
    return source + closing
  }

  #openGroup(): { readonly kind: 'group' | 'modes'; readonly prefix: string; readonly modes: Partial<Modes> } | null {
    if (this.#points[this.#at] !== '(') return null
    const rest = this.#points.slice(this.#at, this.#at + 100).join('')
    const named = /^\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(rest)
    const flagged = /^\(\?([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest)
    if (named) {
      this.#at += [...named[0]].length
      return { kind: 'group', prefix: `(?<${named[1]}>`, modes: {} }
    }
    if (flagged) {
      this.#at += flagged[0].length
      const [, on = '', off = '', end] = flagged
      const ignoreCase = on.includes('i') ? 'i' : off.includes('i') ? '-i' : ''
      return {
        kind: end === ')' ? 'modes' : 'group',
        prefix: end === ')' && ignoreCase === '' ? '' : `(?${ignoreCase}:`,
        modes: modesOf(on, off),
      }
    }
    if (rest.startsWith('(?'))
      throw new Error(
        `${rest.slice(0, 3)} is not supported: look-around, and groups other than (?:..), (?<name>..) and (?flags:..)`,
      )
    this.#at += 1
    return { kind: 'group', prefix: '(', modes: {} }
  }

  #atom(modes: Modes): string {
    const point = this.#points[this.#at] as string
    if (point === '[') {
      const set = readClass(this.#points, this.#at)
      this.#at = set.end
      return set.source
    }
    if (point === '\\') {
      const escape = escapeOf(this.#points, this.#at)
      this.#at = escape.end
      return escape.outside
    }
    if (point === '{') return this.#repetition()
    this.#at += 1
    if (modes.extended) {
      if (/^\p{White_Space}$/u.test(point)) return ''
      if (point === '#') return this.#comment()
    }
    if (point === '.') return modes.dotAll ? '[^]' : '[^\\n]'
    if (point === '^') return modes.multiline ? '(?<![^\\n])' : '(?<![^])'
    if (point === '$') return modes.multiline ? '(?![^\\n])' : '(?![^])'
    return '|*+?'.includes(point) ? point : literalPoint(point)
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
  const names = { m: 'multiline', s: 'dotAll', x: 'extended' } as const
  const modes: { -readonly [Name in keyof Modes]?: boolean } = {}
  for (const [flag, name] of Object.entries(names)) {
    if (on.includes(flag)) modes[name] = true
    if (off.includes(flag)) modes[name] = false
  }
  return modes
}

/** The character itself, safe anywhere in an expression with flag v. */
function literalPoint(point: string): string {
  return /^[0-9A-Za-z]$/.test(point) ? point : `\\u{${(point.codePointAt(0) as number).toString(16)}}`
}
