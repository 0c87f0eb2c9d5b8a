/** What is compiled: the sources and the ordinary statements over them. */

export const sources = [
  'CREATE SOURCE t (a BIGINT NOT NULL, b BIGINT NOT NULL, s TEXT, at TIMESTAMP NOT NULL, WATERMARK FOR at AS at)',
  'CREATE SOURCE u (a BIGINT NOT NULL, b BIGINT NOT NULL, s TEXT)',
]

/** For each source a row that every statement lets through; for the one with event times another that closes its window. */
export function rowsOf(source: 't' | 'u', round: number): readonly Readonly<Record<string, unknown>>[] {
  const row = { a: 1_000_000, b: 1, s: 'x-1' }
  if (source === 'u') return [row]
  const at = (seconds: number): string => new Date((60 * round + seconds) * 1000).toISOString().slice(0, 19)
  return [
    { ...row, at: at(1) },
    { ...row, at: at(31) },
  ]
}

export interface Subject {
  /** The source whose rows it reads first. */
  readonly source: 't' | 'u'
  /** Texts differ from round to round, in names and numbers, so that nothing can be remembered. */
  readonly text: (round: number) => string
}

const each = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(', ')

export const statements: Readonly<Record<string, Subject>> = {
  filter: { source: 'u', text: (round) => `SELECT a, b AS b${round} FROM u WHERE a > ${round} AND b < 1000000` },
  projection: {
    source: 'u',
    text: (round) => `SELECT a + ${round} AS c${round}, b * 2 - a AS d${round}, a % 7 AS e${round} FROM u`,
  },
  texts: {
    source: 'u',
    text: (round) =>
      `SELECT upper(s) AS s${round}, CASE WHEN s LIKE 'x-%' THEN ${round} ELSE 0 END AS c${round} FROM u WHERE length(s) > 1`,
  },
  aggregate: {
    source: 'u',
    text: (round) => `SELECT s, count(*) AS n${round}, sum(a + ${round}) AS total, max(b) AS high FROM u GROUP BY s`,
  },
  tumble: {
    source: 't',
    text: (round) =>
      `SELECT window_start, a, count(*) AS n${round}, sum(b + ${round}) AS total, avg(b) AS mean FROM TUMBLE(TABLE t, DESCRIPTOR(at), INTERVAL '10' SECOND) GROUP BY window_start, window_end, a EMIT ON WINDOW CLOSE`,
  },
  union: {
    source: 'u',
    text: (round) =>
      `SELECT a, b AS b${round} FROM t WHERE a > ${round} UNION ALL SELECT a, b FROM u WHERE b < 1000000`,
  },
  nested: {
    source: 'u',
    text: (round) =>
      `WITH big AS (SELECT s, a - ${round} AS a${round} FROM u WHERE a > ${round}) SELECT s, a${round} * 2 AS twice FROM big WHERE a${round} <> 5`,
  },
  columns32: {
    source: 'u',
    text: (round) => `SELECT ${each(32, (index) => `a + ${index + round} AS c${index}_${round}`)} FROM u`,
  },
}

/** The most columns that the bound of code generation is about: taken as they are, and computed. */
export const wide: Readonly<Record<string, Subject>> = {
  columns128: {
    source: 'u',
    text: (round) => `SELECT ${each(128, (index) => `${'ab'[index % 2]} AS c${index}_${round}`)} FROM u`,
  },
  computed128: {
    source: 'u',
    text: (round) => `SELECT ${each(128, (index) => `a + ${index + round} AS c${index}_${round}`)} FROM u`,
  },
}
