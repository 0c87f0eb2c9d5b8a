import { Millrace, type OpenOptions } from '../../index.ts'

const rows = Array.from({ length: 20 }, (_, index) => ({ a: index, b: 2, s: `v${index}` }))
type InputRow = (typeof rows)[number]

export const many = (count: number, text: (index: number) => string, separator = ', '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator)

/** Statements that run, and the rows that they give, computed in another way. */
export const answered: Readonly<
  Record<string, readonly [sql: string, expected: (row: InputRow) => readonly unknown[] | null]>
> = {
  '1000 expressions': [
    `SELECT ${many(1000, (index) => `a * ${index + 2} + b - ${index} AS c${index}`)} FROM t`,
    ({ a, b }) => Array.from({ length: 1000 }, (_, index) => BigInt(a * (index + 2) + b - index)),
  ],
  '1000 branches': [
    `SELECT ${many(1000, (index) => `CASE WHEN a > ${index} THEN a * ${index + 2} - b ELSE b + ${index} END AS c${index}`)} FROM t`,
    ({ a, b }) => Array.from({ length: 1000 }, (_, index) => BigInt(a > index ? a * (index + 2) - b : b + index)),
  ],
  'a list of 5000 numbers': [
    `SELECT a FROM t WHERE a IN (${many(5000, (index) => String(index * 3))})`,
    ({ a }) => (a % 3 === 0 ? [BigInt(a)] : null),
  ],
  'a list of 5000 texts': [
    `SELECT a FROM t WHERE s NOT IN (${many(5000, (index) => `'v${index * 2}'`)})`,
    ({ a }) => (a % 2 === 1 ? [BigInt(a)] : null),
  ],
  'a chain of 2000 ANDs': [
    `SELECT a FROM t WHERE ${many(2000, (index) => `a <> ${index + 10}`, ' AND ')}`,
    ({ a }) => (a < 10 ? [BigInt(a)] : null),
  ],
  'a chain of 2000 ORs': [
    `SELECT a FROM t WHERE ${many(2000, (index) => `(a = ${index + 10} AND b > ${index})`, ' OR ')}`,
    ({ a }) => (a === 10 || a === 11 ? [BigInt(a)] : null),
  ],
  'a CASE of 100 branches': [
    `SELECT CASE ${many(100, (index) => `WHEN a = ${index} THEN ${index * 7}`, ' ')} ELSE -1 END AS x FROM t`,
    ({ a }) => [BigInt(a * 7)],
  ],
}

export async function openLimits(options: OpenOptions): Promise<Millrace> {
  const db = await Millrace.open(options)
  // a busy machine may need longer than the ten seconds of the default
  await db.execute("SET planning_timeout = '10 min'; CREATE SOURCE t (a BIGINT, b BIGINT, s TEXT)")
  return db
}

/** The rows that a statement gives, and those that it should. */
export async function runLarge(options: OpenOptions, [sql, expected]: (typeof answered)[string]) {
  await using db = await openLimits(options)
  await db.execute(`CREATE STREAM q AS ${sql}`)
  const actual: (readonly unknown[])[] = []
  db.subscribe('q', ({ row }) => actual.push(Object.values(row)))
  db.source('t').push(rows)
  await db.drain()
  return { actual, expected: rows.flatMap((row) => [expected(row)].filter((values) => values !== null)) }
}
