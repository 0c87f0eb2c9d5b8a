import { parseLike } from '../../abi/pattern/like.ts'
import { translateRegex } from '../../abi/pattern/regex.ts'
import { translateSimilar } from '../../abi/pattern/similar.ts'
import type { Translation } from '../../abi/pattern/regex.ts'
import type { Constant } from '../../abi/artifact.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { textOf } from '../view/view.ts'
import { compileLike } from './like.ts'
import type { Matcher } from './matcher.ts'

type Pattern = Constant & { readonly kind: 'pattern' }

/** Patterns that rows bring are compiled once each, but not kept for ever. */
const cachedPatternsMax = 256

/** The compiled patterns of one library: constants by number, those of rows by their text. */
export class Patterns {
  readonly #constants: Matcher[] = []
  /** By the pattern: what is loaded again and again has one number. */
  readonly #numbers = new Map<string, number>()
  readonly #matchers = new Map<string, Matcher | null>()
  readonly #regexes = new Map<string, RegExp | null>()

  /** The number to put where the constant lies. */
  add(pattern: Pattern): number {
    const key = keyOf(pattern)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const matcher = compilePattern(pattern)
    if (matcher === null) throw new InternalError('an invalid pattern was not refused while planning')
    const number = this.#constants.push(matcher) - 1
    this.#numbers.set(key, number)
    return number
  }

  constant(number: number): Matcher {
    const matcher = this.#constants[number]
    if (!matcher) throw new InternalError(`there is no pattern ${number}`)
    return matcher
  }

  /** Null for an invalid pattern. */
  matcher(pattern: Pattern): Matcher | null {
    return remembered(this.#matchers, keyOf(pattern), () => compilePattern(pattern))
  }

  /** For replacing and counting; null for an invalid pattern or flag. */
  regex(pattern: string, flags: string): RegExp | null {
    return remembered(this.#regexes, `${flags} ${pattern}`, () =>
      compileRegex(translateRegex(pattern, flags), flags.includes('g') ? 'g' : ''),
    )
  }
}

function keyOf({ form, caseInsensitive, escape, pattern }: Pattern): string {
  return `${form} ${caseInsensitive} ${escape} ${pattern}`
}

function remembered<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key)
  if (known !== undefined) return known
  if (cache.size >= cachedPatternsMax) cache.clear()
  const made = make()
  cache.set(key, made)
  return made
}

function compileRegex(translation: Translation, more: string): RegExp | null {
  return 'problem' in translation ? null : new RegExp(translation.source, translation.flags + more)
}

function compilePattern({ form, pattern, escape, caseInsensitive }: Pattern): Matcher | null {
  const flags = caseInsensitive ? 'i' : ''
  if (form === 'like') {
    const parts = parseLike(pattern, escape)
    return parts === null ? null : compileLike(parts, caseInsensitive ? 'ignore_case' : 'exact')
  }
  const regex = compileRegex(
    form === 'regex' ? translateRegex(pattern, flags) : translateSimilar(pattern, escape, flags),
    '',
  )
  return regex === null ? null : (m, text) => regex.test(textOf(m, text))
}
