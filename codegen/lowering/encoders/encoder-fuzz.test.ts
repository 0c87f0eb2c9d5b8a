import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layoutBlock } from '../../../runtime/abi/block-layout.ts'
import type { OutputFormat } from '../../../runtime/abi/format.ts'
import { createWorkerMemory, RunAllocator } from '../../../runtime/memory/worker-memory.ts'
import { must } from '../../../sql/base/assert.ts'
import { type IntegerKind, physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import { type ReferenceRows, referenceText } from '../../../test/support/encoders/reference.ts'
import { TextOfBlocks } from '../../../test/support/encoders/harness.ts'
import { encoderTiers, inWasm } from '../../../test/support/encoders/tiers.ts'
import { type Cell, writeCell } from '../../../test/support/expressions/cells.ts'
import { integerFacts } from '../expressions/integer-facts.ts'

const between = (min: bigint, max: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.constantFrom(min, max, 0n < min ? min : 0n),
    fc.bigInt({ min, max }),
    fc.bigInt({ min: min < -1000n ? -1000n : min, max: max > 100_000n ? 100_000n : max }),
  )
const integers: readonly IntegerKind[] = [
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'utinyint',
  'usmallint',
  'uinteger',
  'ubigint',
]
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', ',', ';', '"', "'", '\\', '\n', '\r', '\t', '\u0001', 'N', '-', '1'),
  maxLength: 30,
})
const firstDay = -719_162n
const lastDay = 2_932_896n
const dayMicros = 86_400_000_000n
const instants = fc.oneof(
  between(firstDay * dayMicros, (lastDay + 1n) * dayMicros - 1n),
  between(firstDay * 86_400n, lastDay * 86_400n).map((seconds) => seconds * 1_000_000n),
  fc.constant(1_767_225_600_000_000n),
)

/** Values of a type. */
function valuesOf(type: SqlType): fc.Arbitrary<Cell> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean()
    case 'real':
      return fc.oneof(fc.float(), fc.constantFrom(0, -0, 1.5, Infinity, -Infinity, Number.NaN))
    case 'double':
      return fc.oneof(
        fc.double(),
        fc.integer().map((value) => value / 7),
        fc.constantFrom(0, -0, 1.5, -Infinity),
      )
    case 'decimal': {
      const limit = 10n ** BigInt(type.precision) - 1n
      return between(-limit, limit)
    }
    case 'varchar':
      return fc.oneof(text, fc.constantFrom('', 'NULL', 'true', ' ', 'a plain text of more than sixteen bytes'))
    case 'bytea':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => `x${bytes.toHex()}`)
    case 'date':
      return between(firstDay, lastDay)
    case 'time':
      return between(0n, dayMicros - 1n)
    case 'timestamp':
    case 'timestamptz':
      return instants
    case 'interval':
      return fc.record({
        months: fc.integer(),
        days: fc.integer(),
        micros: between(-(2n ** 63n), 2n ** 63n - 1n).map(String),
      })
    case 'null':
      return fc.constant(null)
    default: {
      const { min, max } = integerFacts(type.kind)
      return between(min, max)
    }
  }
}

const decimalTypes = fc
  .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
  .map(([precision, scale]): SqlType => ({ kind: 'decimal', precision, scale: Math.min(precision, scale) }))
const plainTypes = fc.constantFrom(
  ...integers,
  ...(['boolean', 'real', 'double', 'varchar', 'bytea', 'date', 'time', 'timestamp', 'timestamptz'] as const),
  ...(['interval', 'varchar', 'double', 'bigint'] as const),
)
const columnTypes: fc.Arbitrary<SqlType> = fc.oneof(
  decimalTypes,
  plainTypes.map((kind) => ({ kind })),
)

const bytes = fc.constantFrom(44, 59, 9, 45, 49, 46, 101)
const quotes = fc.constantFrom(34, 39, 58)
const csvFormats: fc.Arbitrary<OutputFormat> = fc
  .record({
    delimiter: bytes,
    quote: quotes,
    escape: fc.constantFrom(34, 92),
    nullText: fc.constantFrom('', 'NULL', '0', '-1', 'true'),
  })
  .chain((dialect) =>
    fc.constantFrom('auto' as const, 'weight' as const).map((changelog) => ({
      kind: 'csv' as const,
      changelog,
      csv: { header: false, ...dialect },
    })),
  )
const jsonFormats: fc.Arbitrary<OutputFormat> = fc.record({
  kind: fc.constant('json' as const),
  changelog: fc.constantFrom('auto', 'insert_delete', 'weight'),
  decimalAsText: fc.boolean(),
  bigintAsText: fc.boolean(),
})

interface Case extends ReferenceRows {
  readonly nullable: readonly boolean[]
  readonly format: OutputFormat
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    types: fc.array(fc.tuple(columnTypes, fc.boolean(), fc.string({ maxLength: 20 })), { minLength: 1, maxLength: 8 }),
    rowCount: fc.integer({ min: 1, max: 6 }),
    isWeighted: fc.boolean(),
    format: fc.oneof(csvFormats, jsonFormats),
  })
  .chain(({ types, rowCount, isWeighted, format }) => {
    const row = fc.tuple(...types.map(([type, nullable]) => (nullable ? fc.option(valuesOf(type)) : valuesOf(type))))
    return fc.record({
      columns: fc.constant(types.map(([type, , name]) => ({ name, type }))),
      nullable: fc.constant(types.map(([, nullable]) => nullable)),
      rows: fc.array(row, { minLength: rowCount, maxLength: rowCount }),
      weights: isWeighted
        ? fc.array(fc.integer({ min: -3, max: 3 }), { minLength: rowCount, maxLength: rowCount })
        : fc.constant(null),
      format: fc.constant(format),
    })
  })

/** The rows in a block, encoded in a tier. */
function encoded({ columns, nullable, rows, weights, format }: Case, tiers: typeof encoderTiers): readonly string[] {
  const memory = createWorkerMemory({ limitBytes: 1 << 26 })
  const { views } = memory
  const allocator = new RunAllocator(memory.pages)
  const layout = layoutBlock(
    columns.map(({ type }, index) => ({ physical: physicalType(type), nullable: nullable[index] ?? false })),
    { weight: weights !== null },
  )
  const block = allocator.allocate(layout.sizeBytes)
  // whatever stands in the cells of NULLs is nobody's business
  views.u8.fill(0x7f, block, block + layout.sizeBytes)
  const place = { views, block, allocate: (sizeBytes: number) => memory.arena.allocate(sizeBytes, 1) }
  for (const [row, values] of rows.entries())
    for (const [index, { type }] of columns.entries())
      writeCell(place, { column: must(layout.columns[index]), row, type }, values[index] ?? null)
  for (const [row, weight] of (weights ?? []).entries())
    views.i32[((block + must(layout.weightOffset)) >> 2) + row] = weight
  return tiers.map(([, instantiate]) => {
    const blocks = new TextOfBlocks(memory, { columns, layout, format }, instantiate)
    blocks.add(block, rows.length)
    return blocks.text()
  })
}

describe('encoders', () => {
  const tiers = [...encoderTiers, ['imports', inWasm(undefined, 'imports')] as const]

  test('write the same in every tier, and what they should', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const expected = referenceText(each, each.format)
        expect(encoded(each, tiers)).toEqual(tiers.map(() => expected))
      }),
      { numRuns: 60 },
    )
  })

  test('the same with the two tiers that are quickly made, more often', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const expected = referenceText(each, each.format)
        expect(encoded(each, encoderTiers.slice(0, 2))).toEqual([expected, expected])
      }),
      { numRuns: 600 },
    )
  })

  test('hundreds of columns, and a text that is longer than any room', () => {
    const types: readonly SqlType[] = [{ kind: 'bigint' }, { kind: 'double' }, { kind: 'varchar' }, { kind: 'boolean' }]
    const columns = Array.from({ length: 500 }, (_, index) => ({
      name: `column_${index}`,
      type: must(types[index % types.length]),
    }))
    const row = (value: number, long: string): Cell[] =>
      columns.map(({ type }, index) => {
        if (type.kind === 'bigint') return BigInt(value * index)
        if (type.kind === 'double') return value / (index + 1)
        return type.kind === 'boolean' ? index % 3 === 0 : index === 2 ? long : null
      })
    const rows = [row(1, 'short'), row(2, 'x"y\n'.repeat(200_000)), row(3, ''), row(4, 'é'.repeat(90_000))]
    for (const format of [
      { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false },
      { kind: 'csv', changelog: 'auto', csv: { header: false, delimiter: 44, quote: 34, escape: 34, nullText: '' } },
    ] as const satisfies readonly OutputFormat[]) {
      const each: Case = { columns, nullable: columns.map(() => true), rows, weights: null, format }
      const expected = referenceText(each, format)
      for (const text of encoded(each, encoderTiers)) expect(text === expected).toBe(true)
    }
  })

  test('a weight of more lines than any room has', () => {
    const format = { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false } as const
    const columns = [{ name: 'k', type: { kind: 'bigint' } as const }]
    const each: Case = { columns, nullable: [false], rows: [[1n], [2n], [3n]], weights: [1, -40_000, 2], format }
    const expected = referenceText(each, format)
    for (const text of encoded(each, encoderTiers)) expect(text === expected).toBe(true)
  })
})
