import { tableFromIPC, tableToIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import { layoutBlock } from '../../abi/block-layout.ts'
import { Arena } from '../../memory/arena.ts'
import { createWorkerMemory } from '../../memory/worker-memory.ts'
import { makeValueWriter } from '../inbox/value-writer.ts'
import { arrowColumn } from '../inbox/arrow-input.ts'
import { loadArrow } from './arrow-library.ts'
import { arrowSchema, toArrowTable } from './arrow-output.ts'
import { copyBlock } from './copied-block.ts'
import { makeRowReader } from './row-reader.ts'

const types: readonly SqlType[] = [
  ...(
    ['boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'utinyint', 'usmallint', 'uinteger', 'ubigint'] as const
  ).map((kind) => ({ kind })),
  { kind: 'real' },
  { kind: 'double' },
  { kind: 'decimal', precision: 10, scale: 2 },
  { kind: 'decimal', precision: 38, scale: 3 },
  { kind: 'varchar' },
  { kind: 'bytea' },
  { kind: 'date' },
  { kind: 'time' },
  { kind: 'timestamp' },
  { kind: 'timestamptz' },
]
const first = [
  true,
  -128,
  -32768,
  -2147483648,
  -(2n ** 63n),
  255,
  65535,
  4294967295,
  2n ** 64n - 1n,
  1.5,
  0.1,
  '-0.05',
  '-12345678901234567890123456789012345.678',
  'häßlich, länger als zwölf Bytes',
  new Uint8Array([0, 255]),
  '1969-12-31',
  '23:59:59.999999',
  '0001-01-01T00:00:00.000001',
  '9999-12-31T23:59:59.5Z',
]
const columns = types.map((type, index) => ({ name: `c${index}`, type, nullable: true, hasDefault: false }))

describe('values of every type', () => {
  const memory = createWorkerMemory({ limitBytes: 64 * 2 ** 20 })
  const layout = layoutBlock(types.map((type) => ({ physical: physicalType(type), nullable: true })))
  const block = memory.pages.take(1, 4)
  const arena = new Arena(memory.pages, 1)
  const write = (row: number, values: readonly unknown[]): readonly (string | null)[] =>
    columns.map((declared, index) => {
      const column = layout.columns[index]
      if (column === undefined) throw new Error('no column')
      return makeValueWriter({ views: memory.views, column, arena: () => arena }, declared)(block, row, values[index])
    })
  const none = columns.map(() => null)

  it('come back from linear memory as they were pushed', () => {
    expect(write(0, first)).toEqual(none)
    expect(write(1, none)).toEqual(none)
    const reader = makeRowReader(memory.views, { layout, columns })
    expect(Object.values(reader.row(block, 0))).toEqual(first)
    expect(Object.values(reader.row(block, 1))).toEqual(none)
  })

  it('go to Arrow, through IPC and back', async () => {
    const arrow = await loadArrow()
    const copy = copyBlock(memory.views, { layout, columns }, { block, count: 2 })
    const table = toArrowTable(arrow, arrowSchema(arrow, copy.columns, { weights: false }), [copy])
    const batch = tableFromIPC(tableToIPC(table)).batches[0]
    if (batch === undefined) throw new Error('no batch')
    const read = (row: number): unknown[] => columns.map(({ name }) => arrowColumn(batch, name)?.get(row))
    expect(read(1)).toEqual(none)
    expect(write(2, read(0))).toEqual(none)
    const reader = makeRowReader(memory.views, { layout, columns })
    expect(Object.values(reader.row(block, 2))).toEqual(first)
  })

  it('are refused where they do not fit', () => {
    const wrong = [
      1,
      128,
      1.5,
      2 ** 31,
      2n ** 63n,
      -1,
      65536,
      -1,
      -1n,
      '1',
      true,
      '0.001',
      1e36,
      5,
      'x',
      '2026-02-30',
      '25:00',
      1,
      'now',
    ]
    expect(write(3, wrong).every((problem) => problem !== null)).toBe(true)
  })
})
