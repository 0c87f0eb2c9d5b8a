import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'

/** Columns of every width, some of them NULL, some of them long texts; the division fails where v is 0, the cast where v is 7. */
const kinds = [
  (index: number) => [`100 / v + ${index}`, (v: number) => BigInt(Math.trunc(100 / v) + index)],
  (index: number) => [`nullif(v, ${index})`, (v: number) => (v === index ? null : BigInt(v))],
  (index: number) => [`v > ${index}`, (v: number) => v > index],
  (index: number) => [`s || ' and more of it ${index}'`, (v: number) => `text ${v} and more of it ${index}`],
  (index: number) => [`CAST(v AS DOUBLE) / 4 + ${index}`, (v: number) => v / 4 + index],
  (index: number) => [
    `CAST(v - 7 AS SMALLINT) + ${index} / (v - 7)`,
    (v: number) => BigInt(v - 7 + Math.trunc(index / (v - 7))),
  ],
  (index: number) => [`CAST(v AS DECIMAL(38, 2)) * ${index}`, (v: number) => `${v * index}.00`],
] as const satisfies readonly ((index: number) => readonly [string, (v: number) => unknown])[]

/** More rows than stages take at once. */
const inputs = Array.from({ length: 20 }, () => [0, 1, 2, 7, 0, 3, 4, 5, 6, 7, 7, 8, 9, 10, 0]).flat()

async function run(
  tier: 'interpreter' | 'javascript' | 'wasm',
  count: number,
): Promise<readonly (readonly unknown[])[]> {
  await using db = await Millrace.open({ tier })
  const columns = Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.(index)[0])
  await db.execute(`CREATE SOURCE t (v BIGINT NOT NULL, s TEXT NOT NULL)`)
  const named = columns.map((text, index) => `${text} AS c${index}`).join(', ')
  await db.execute(`CREATE STREAM q AS SELECT ${named} FROM t WHERE v <> 4 WITH (on_error = 'skip')`)
  const seen: (readonly unknown[])[] = []
  db.subscribe('q', ({ row }) =>
    seen.push(Object.values(row).map((value) => (isDecimal(value) ? String(value) : value))),
  )
  db.source('t').push(inputs.map((v) => ({ v, s: `text ${v}` })))
  await db.drain()
  return seen
}

const isDecimal = (value: unknown): boolean => typeof value === 'object' && value !== null

describe('rows of many columns, some of which fail', () => {
  it.for([31, 32, 70, 300])('%i columns', async (count) => {
    const expected = inputs
      .filter((v) => v !== 0 && v !== 4 && v !== 7)
      .map((v) => Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.(index)[1](v)))
    for (const tier of ['interpreter', 'javascript', 'wasm'] as const)
      expect(await run(tier, count), tier).toEqual(expected)
  })
})
