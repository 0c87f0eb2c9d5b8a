import fc from 'fast-check'
import type { Cell } from '../../support/expressions/cells.ts'

/** The types of generated expressions: random values, and how DuckDB writes and shows them. */
export interface ValueType {
  /** canonical name of ours */
  readonly name: string
  readonly duckdb: string
  readonly cells: fc.Arbitrary<Exclude<Cell, null>>
  /** A literal of DuckDB's. */
  readonly literal: (cell: Exclude<Cell, null>) => string
  /** SQL that shows a value of the type as text, and how our value is shown alike. */
  readonly shown: (sql: string) => string
  readonly show: (cell: Exclude<Cell, null>) => string
}

const integer = (name: string, duckdb: string, [min, max]: readonly [bigint, bigint]): ValueType => ({
  name,
  duckdb,
  cells: fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min: min < -4n ? -4n : min, max: 9n }) },
    { weight: 2, arbitrary: fc.constantFrom(min, max, min + 1n, max - 1n) },
    { weight: 2, arbitrary: fc.bigInt({ min, max }) },
  ),
  // As text: DuckDB reads -9223372036854775808 as the opposite of a number too large.
  literal: (cell) => `CAST('${String(cell)}' AS ${duckdb})`,
  shown: (sql) => `CAST(${sql} AS VARCHAR)`,
  show: String,
})

const decimal = (precision: number, scale: number): ValueType => ({
  name: `DECIMAL(${precision},${scale})`,
  duckdb: `DECIMAL(${precision},${scale})`,
  cells: fc.oneof(
    { weight: 3, arbitrary: fc.bigInt({ min: -999n, max: 999n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: 1n - 10n ** BigInt(precision), max: 10n ** BigInt(precision) - 1n }) },
  ),
  literal: (cell) => `CAST('${unscaledText(cell as bigint, scale)}' AS DECIMAL(${precision},${scale}))`,
  shown: (sql) => `CAST(${sql} AS VARCHAR)`,
  show: (cell) => unscaledText(cell as bigint, scale),
})

export function unscaledText(value: bigint, scale: number): string {
  const sign = value < 0n ? '-' : ''
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** No ß, no combining characters: where the engines' case mapping and reversing differ has tests of its own. */
const words = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', 'x', 'é', 'Ж', '数', '😀', ' ', '%', '_', '\\', '1', '.', '-'),
  maxLength: 18,
})

const days = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -700_000, max: 2_900_000 }),
  fc.constantFrom(-719_162, 2_932_896, 59, 365, 11_016),
)
const micros = fc.oneof(
  fc.bigInt({ min: -90_000_000_000n, max: 90_000_000_000n }),
  fc.bigInt({ min: -60_000_000_000_000_000n, max: 250_000_000_000_000_000n }),
  fc.constantFrom(0n, -1n, 86_400_000_000n, -86_400_000_001n),
)

export const valueTypes: readonly ValueType[] = [
  {
    name: 'BOOLEAN',
    duckdb: 'BOOLEAN',
    cells: fc.boolean(),
    literal: String,
    shown: (sql) => `CAST(${sql} AS VARCHAR)`,
    show: String,
  },
  integer('TINYINT', 'TINYINT', [-128n, 127n]),
  integer('SMALLINT', 'SMALLINT', [-32_768n, 32_767n]),
  integer('INTEGER', 'INTEGER', [-(2n ** 31n), 2n ** 31n - 1n]),
  integer('BIGINT', 'BIGINT', [-(2n ** 63n), 2n ** 63n - 1n]),
  integer('TINYINT UNSIGNED', 'UTINYINT', [0n, 255n]),
  integer('SMALLINT UNSIGNED', 'USMALLINT', [0n, 65_535n]),
  integer('INTEGER UNSIGNED', 'UINTEGER', [0n, 2n ** 32n - 1n]),
  integer('BIGINT UNSIGNED', 'UBIGINT', [0n, 2n ** 64n - 1n]),
  decimal(9, 2),
  decimal(9, 4),
  decimal(18, 3),
  decimal(30, 5),
  {
    name: 'DOUBLE',
    duckdb: 'DOUBLE',
    cells: fc.oneof(
      fc.integer({ min: -40, max: 40 }).map((value) => value / 4),
      fc.double(),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 0.5, 2.5, 9.3e18, 1e300),
    ),
    literal: (cell) => `CAST('${Object.is(cell, -0) ? '-0.0' : String(cell)}' AS DOUBLE)`,
    shown: (sql) => `CAST(${sql} AS VARCHAR)`,
    show: (cell) => doubleKey(cell as number),
  },
  {
    name: 'VARCHAR',
    duckdb: 'VARCHAR',
    cells: words,
    literal: (cell) => `'${String(cell).replaceAll("'", "''")}'`,
    shown: (sql) => sql,
    show: String,
  },
  {
    name: 'DATE',
    duckdb: 'DATE',
    cells: days.map(BigInt),
    literal: (cell) => `(DATE '1970-01-01' + CAST(${String(cell)} AS INTEGER))`,
    shown: (sql) => `CAST(CAST(${sql} AS DATE) - DATE '1970-01-01' AS VARCHAR)`,
    show: String,
  },
  {
    name: 'TIMESTAMP',
    duckdb: 'TIMESTAMP',
    cells: micros,
    literal: (cell) => `make_timestamp(CAST(${String(cell)} AS BIGINT))`,
    shown: (sql) => `CAST(epoch_us(${sql}) AS VARCHAR)`,
    show: String,
  },
  {
    name: 'INTERVAL',
    duckdb: 'INTERVAL',
    cells: fc.record({
      months: fc.integer({ min: -30, max: 30 }),
      days: fc.integer({ min: -40, max: 40 }),
      micros: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map(String),
    }),
    literal: (cell) => {
      const { months, days: count, micros: rest } = cell as { months: number; days: number; micros: string }
      return `(to_months(${months}) + to_days(${count}) + to_microseconds(${rest}))`
    },
    shown: (sql) =>
      `CAST(datepart('year', ${sql}) * 12 + datepart('month', ${sql}) AS VARCHAR) || '/' || CAST(datepart('day', ${sql}) AS VARCHAR) || '/' || CAST(epoch_us(${sql} - to_months(CAST(datepart('year', ${sql}) * 12 + datepart('month', ${sql}) AS INTEGER)) - to_days(CAST(datepart('day', ${sql}) AS INTEGER))) AS VARCHAR)`,
    show: (cell) => {
      const { months, days: count, micros: rest } = cell as { months: number; days: number; micros: string }
      return `${months}/${count}/${rest}`
    },
  },
]

/** The same spelling for every zero, NaN and infinity. */
export function doubleKey(value: number): string {
  return String(value + 0)
}

export function valueType(name: string): ValueType {
  const found = valueTypes.find((type) => type.name === name)
  if (!found) throw new Error(`no type ${name}`)
  return found
}
