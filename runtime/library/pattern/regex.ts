import type { regexSignatures } from '../../abi/library/regex.ts'
import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { textOf, writeText } from '../view/view.ts'
import type { Matcher } from './matcher.ts'
import type { Patterns } from './patterns.ts'

/** The family of patterns, bound to one memory. */
export function regexLibrary(m: LibraryContext, patterns: Patterns): Implementations<typeof regexSignatures> {
  return {
    pattern_match: (pattern, text) => patterns.constant(m.i32[pattern >> 2]!)(m, text),
    like_match: (text, pattern, escape, ignoreCase) =>
      matchBy(
        m,
        text,
        patterns.matcher({
          kind: 'pattern',
          form: 'like',
          pattern: textOf(m, pattern),
          escape: escapeOf(escape),
          caseInsensitive: Boolean(ignoreCase),
        }),
      ),
    similar_match: (text, pattern, escape, ignoreCase) =>
      matchBy(
        m,
        text,
        patterns.matcher({
          kind: 'pattern',
          form: 'similar',
          pattern: textOf(m, pattern),
          escape: escapeOf(escape),
          caseInsensitive: Boolean(ignoreCase),
        }),
      ),
    regex_match: (text, pattern, flags) => {
      const regex = regexOf(m, patterns, [pattern, flags])
      if (regex === null) return false
      regex.lastIndex = 0
      return regex.test(textOf(m, text))
    },
    regex_replace: (text, pattern, replacement, flags, out) => {
      const regex = regexOf(m, patterns, [pattern, flags])
      if (regex !== null)
        writeText(
          m,
          out,
          textOf(m, text).replace(regex, (...found) => expand(textOf(m, replacement), found)),
        )
    },
    regex_count: (text, pattern, start, flags) => count(m, regexOf(m, patterns, [pattern, flags]), { text, start }),
  }
}

function escapeOf(point: number): string {
  return point < 0 ? '' : String.fromCodePoint(point)
}

function matchBy(m: LibraryContext, text: number, matcher: Matcher | null): boolean {
  setFault(m, matcher === null ? 'invalid_regex' : 'none')
  return matcher?.(m, text) ?? false
}

function regexOf(m: LibraryContext, patterns: Patterns, [pattern, flags]: readonly [number, number]): RegExp | null {
  const regex = patterns.regex(textOf(m, pattern), textOf(m, flags))
  setFault(m, regex === null ? 'invalid_regex' : 'none')
  return regex
}

/** PostgreSQL's replacements: `\1` to `\9` for groups, `\&` for the match, `\\` for a backslash. */
function expand(replacement: string, found: readonly unknown[]): string {
  return replacement.replaceAll(/\\([1-9&\\])/g, (_, name: string) => {
    if (name === '\\') return name
    const group = found[name === '&' ? 0 : Number(name)]
    return typeof group === 'string' ? group : ''
  })
}

function count(
  m: LibraryContext,
  regex: RegExp | null,
  { text, start }: { readonly text: number; readonly start: number },
): number {
  if (regex === null) return 0
  if (start < 1) {
    setFault(m, 'invalid_argument')
    return 0
  }
  const rest = [...textOf(m, text)].slice(start - 1).join('')
  const all = regex.global ? regex : new RegExp(regex.source, `${regex.flags}g`)
  return [...rest.matchAll(all)].length
}
