import type { SourceObject } from '../../sql/catalog/object.ts'
import { typeName } from '../../sql/types/sql-type.ts'

const texts = ['apple', 'aab', 'a longer channel, beyond twelve bytes', 'Größe', '"quoted", \\ and\ttab', 'b']
const firstMillis = Date.UTC(2025, 0, 1, 0, 59)

/**
 * Rows as JSON, a line each, for a source of any columns, the same for the same source: numbers of all sizes, times that are sometimes late,
 * and NULLs.
 */
export function inputRows({ columns }: Pick<SourceObject, 'columns'>, rowCount: number): readonly string[] {
  const random = mulberry32(20_261_121)
  return Array.from({ length: rowCount }, (_, row) => {
    const fields = columns.map(({ name, type, nullable }) => {
      const missing = nullable && random() < 0.15
      const value = valueOf(typeName(type), row, random)
      return `${JSON.stringify(name)}:${missing ? 'null' : value}`
    })
    return `{${fields.join(',')}}`
  })
}

/** JSON of a value. */
function valueOf(type: string, row: number, random: () => number): string {
  if (type === 'BIGINT') return String(Math.floor(10 ** (random() ** 2 * 5)))
  if (type === 'VARCHAR') return JSON.stringify(texts[Math.floor(random() * texts.length)])
  if (type.startsWith('DECIMAL')) return (10 ** (random() * 4)).toFixed(2)
  if (type === 'TIMESTAMP')
    return JSON.stringify(new Date(firstMillis + row * 900 - Math.floor(random() ** 8 * 20_000)).toISOString())
  throw new Error(`no golden case had a column of type ${type} so far`)
}

/** Numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), state | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 4_294_967_296
  }
}
