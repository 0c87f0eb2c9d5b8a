import { escapeOf } from './regex-escape.ts'

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\u{0}-\\u{7f}',
  blank: '\\t\\u{20}',
  cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  digit: '0-9',
  graph: '\\u{21}-\\u{7e}',
  lower: 'a-z',
  print: '\\u{20}-\\u{7e}',
  punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  space: '\\t\\n\\v\\f\\r\\u{20}',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

interface ClassSource {
  readonly source: string
  /** index after the closing bracket */
  readonly end: number
}

/**
 * A bracketed class at `start`, as a class of JavaScript's flag v. There, operands of `&&` and `--` must be whole classes, so
 * each side becomes one. `-` is literal at the ends; `~~` is refused.
 */
export function readClass(points: readonly string[], start: number): ClassSource {
  let at = start + 1
  let head = '['
  if (points[at] === '^') {
    head = '[^'
    at += 1
  }
  const first = at
  let side = ''
  let whole = ''
  while (at < points.length) {
    const point = points[at] as string
    if (point === ']' && at > first) {
      return { source: whole === '' ? `${head}${side}]` : `${head}${whole}[${side}]]`, end: at + 1 }
    }
    const pair = `${point}${points[at + 1] ?? ''}`
    if (pair === '~~') throw new Error('~~ inside of brackets is not supported')
    if ((pair === '&&' || pair === '--') && at > first && points[at + 2] !== ']') {
      // Left-associative in the crate; nested, so that JavaScript needs no rule for mixing.
      whole = whole === '' ? `[${side}]${pair}` : `[${whole}[${side}]]${pair}`
      side = ''
      at += 2
      continue
    }
    const item = readItem(points, at, at === first)
    side += item.source
    at = item.end
  }
  throw new Error('a [ is never closed')
}

function readItem(points: readonly string[], at: number, isFirst: boolean): ClassSource {
  const named = /^\[:(\^?)([a-z]+):\]/.exec(points.slice(at, at + 14).join(''))
  if (named) {
    const known = posix[named[2] as string]
    if (known === undefined) throw new Error(`[:${named[2]}:] is not known`)
    return { source: `[${named[1]}${known}]`, end: at + named[0].length }
  }
  if (points[at] === '[') return readClass(points, at)
  const low = readPoint(points, at)
  const isRange =
    points[low.end] === '-' &&
    points[low.end + 1] !== ']' &&
    points[low.end + 1] !== undefined &&
    points[low.end + 1] !== '-'
  if (!isRange || (points[at] === '-' && !isFirst)) return low
  const high = readPoint(points, low.end + 1)
  return { source: `${low.source}-${high.source}`, end: high.end }
}

function readPoint(points: readonly string[], at: number): ClassSource {
  const point = points[at] as string
  if (point !== '\\')
    return {
      source: /^[0-9A-Za-z]$/.test(point) ? point : `\\u{${(point.codePointAt(0) as number).toString(16)}}`,
      end: at + 1,
    }
  const escape = escapeOf(points, at)
  if (escape.inside === null) throw new Error(`\\${points[at + 1]} inside of brackets`)
  return { source: escape.inside, end: escape.end }
}
