import fc from 'fast-check'

/**
 * The column types of generated tables. A value is SQL text (what goes between quotes in a typed literal) or null, so that both engines
 * read the same characters.
 */
export interface ColumnType {
  readonly sql: string
  readonly duckdb: string
  /** How results are compared. */
  readonly family: 'integer' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp'
  readonly text: fc.Arbitrary<string>
  /** The value that `push` takes. */
  toRow(text: string): unknown
}

const integerText = (min: bigint, max: bigint): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.bigInt({ min: -5n < min ? min : -5n, max: 5n }) },
      { weight: 1, arbitrary: fc.bigInt({ min, max }) },
      { weight: 1, arbitrary: fc.constantFrom(min, max) },
    )
    .map(String)

/** |values| stay below 2^55, so that sums of hundreds of rows stay in range: overflow has tests of its own. */
const wide = 2n ** 55n

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

const dateText = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: -700_000, max: 2_900_000 }) },
  )
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))

const timestampText = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -60, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: -2e9, max: 4e9 }) },
    ),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(
    ([seconds, micros]) => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${pad(micros, 6)}`,
  )

const doubleText = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -40, max: 40 }).map((value) => String(value / 4)) },
  { weight: 1, arbitrary: fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0.0', '1e300', '1e-300') },
)

const words = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'A',
    'ab',
    'alpha',
    'alphabet soup with rice',
    'ß',
    'žluťoučký kůň',
    '数据流',
    '🌊 wave',
    "it's",
    '%_\\',
    'twelve bytes',
    'thirteen byte',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\u0000')),
)

export const columnTypes: readonly ColumnType[] = [
  {
    sql: 'BOOLEAN',
    duckdb: 'BOOLEAN',
    family: 'boolean',
    text: fc.boolean().map(String),
    toRow: (text) => text === 'true',
  },
  { sql: 'SMALLINT', duckdb: 'SMALLINT', family: 'integer', text: integerText(-32_768n, 32_767n), toRow: Number },
  {
    sql: 'INTEGER',
    duckdb: 'INTEGER',
    family: 'integer',
    text: integerText(-(2n ** 31n), 2n ** 31n - 1n),
    toRow: Number,
  },
  { sql: 'BIGINT', duckdb: 'BIGINT', family: 'integer', text: integerText(-wide, wide), toRow: BigInt },
  { sql: 'BIGINT UNSIGNED', duckdb: 'UBIGINT', family: 'integer', text: integerText(0n, wide), toRow: BigInt },
  {
    sql: 'DECIMAL(9,2)',
    duckdb: 'DECIMAL(9,2)',
    family: 'decimal',
    text: fc.integer({ min: -500, max: 500 }).map((value) => (value / 100).toFixed(2)),
    toRow: (text) => text,
  },
  {
    sql: 'DECIMAL(28,6)',
    duckdb: 'DECIMAL(28,6)',
    family: 'decimal',
    text: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((value) => `${value}.000001`),
    toRow: (text) => text,
  },
  { sql: 'DOUBLE', duckdb: 'DOUBLE', family: 'float', text: doubleText, toRow: Number },
  { sql: 'VARCHAR', duckdb: 'VARCHAR', family: 'text', text: words, toRow: (text) => text },
  { sql: 'DATE', duckdb: 'DATE', family: 'date', text: dateText, toRow: (text) => text },
  {
    sql: 'TIMESTAMP',
    duckdb: 'TIMESTAMP',
    family: 'timestamp',
    text: timestampText,
    toRow: (text) => text.replace(' ', 'T'),
  },
]

export const timestampType = columnTypes.find((type) => type.sql === 'TIMESTAMP') as ColumnType
