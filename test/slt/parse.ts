/**
 * sqllogictest with streaming records. A file is a list of records, separated by blank lines; `#` starts a comment line.
 *
 * ```
 * statement ok | statement error CODE      SQL follows
 * push SOURCE                              rows follow, one JSON object a line: one batch
 * watermark SOURCE INSTANT                 the producer's watermark
 * end SOURCE                               no more rows
 * subscribe OBJECT                         from here on its changes are collected
 * changes OBJECT [rowsort]                 ---- and the changes since the last such record: + or -, then the values
 * query [rowsort]                          SQL, ---- and the rows
 * ```
 * Values are separated by ` | `; NULL is `NULL`, an empty string `(empty)`.
 */
export type SltRecord =
  | { readonly kind: 'statement'; readonly line: number; readonly sql: string; readonly error: string | null }
  | { readonly kind: 'push'; readonly line: number; readonly source: string; readonly rows: readonly string[] }
  | { readonly kind: 'watermark'; readonly line: number; readonly source: string; readonly instant: string }
  | { readonly kind: 'end'; readonly line: number; readonly source: string }
  | { readonly kind: 'subscribe'; readonly line: number; readonly object: string }
  | {
      readonly kind: 'changes'
      readonly line: number
      readonly object: string
      readonly sorted: boolean
      readonly expected: readonly string[]
    }
  | {
      readonly kind: 'query'
      readonly line: number
      readonly sql: string
      readonly sorted: boolean
      readonly expected: readonly string[]
    }

interface Chunk {
  readonly line: number
  readonly head: string
  readonly body: readonly string[]
}

export function parseSlt(text: string): readonly SltRecord[] {
  return chunksOf(text).map(parseRecord)
}

function chunksOf(text: string): readonly Chunk[] {
  const chunks: { line: number; head: string; body: string[] }[] = []
  let open: { line: number; head: string; body: string[] } | null = null
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') open = null
    else if (open !== null) open.body.push(line)
    else if (!line.startsWith('#')) {
      open = { line: index + 1, head: line.trim(), body: [] }
      chunks.push(open)
    }
  }
  return chunks
}

function parseRecord(chunk: Chunk): SltRecord {
  const [kind, first = '', second = '', ...more] = chunk.head.split(/\s+/)
  const { line, body } = chunk
  const divider = body.indexOf('----')
  const before = divider < 0 ? body : body.slice(0, divider)
  const expected = divider < 0 ? [] : body.slice(divider + 1)
  switch (kind) {
    case 'statement':
      if (first !== 'ok' && (first !== 'error' || second === ''))
        throw new Error(`line ${line}: statement ok | statement error CODE`)
      return { kind, line, sql: body.join('\n'), error: first === 'ok' ? null : second }
    case 'push':
      return { kind, line, source: first, rows: body }
    case 'watermark':
      return { kind, line, source: first, instant: [second, ...more].join(' ') }
    case 'end':
      return { kind, line, source: first }
    case 'subscribe':
      return { kind, line, object: first }
    case 'changes':
      return { kind, line, object: first, sorted: second === 'rowsort', expected }
    case 'query':
      return { kind, line, sql: before.join('\n'), sorted: first === 'rowsort', expected }
    default:
      throw new Error(`line ${line}: unknown record ${kind}`)
  }
}
