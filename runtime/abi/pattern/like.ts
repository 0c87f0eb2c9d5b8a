/** A LIKE pattern, taken apart. */
export type LikePart =
  /** this text */
  | { readonly kind: 'text'; readonly text: string }
  /** `_`: any one character */
  | { readonly kind: 'one' }
  /** `%`: any characters */
  | { readonly kind: 'any' }

/** What is wrong with a LIKE pattern, or null. */
export function checkLikePattern(pattern: string, escape: string): string | null {
  return parseLike(pattern, escape) === null ? 'a LIKE pattern must not end with the escape character' : null
}

/**
 * The parts in order, neighbouring texts joined, neighbouring `%` merged; null where the pattern ends with the escape
 * character. `escape`: one character, or '' for none; it makes any character stand for itself.
 */
export function parseLike(pattern: string, escape: string): readonly LikePart[] | null {
  const parts: LikePart[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text })
    text = ''
  }
  const points = [...pattern]
  for (let at = 0; at < points.length; at++) {
    const point = points[at] as string
    if (escape !== '' && point === escape) {
      at += 1
      const escaped = points[at]
      if (escaped === undefined) return null
      text += escaped
    } else if (point === '%') {
      flush()
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' })
    } else if (point === '_') {
      flush()
      parts.push({ kind: 'one' })
    } else {
      text += point
    }
  }
  flush()
  return parts
}
