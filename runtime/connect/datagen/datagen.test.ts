import { describe, expect, test } from 'vitest'
import { blockContext, columnsOf, declare } from '../../../test/support/connect/source-context.ts'
import { TextOfBlocks } from '../../../test/support/encoders/harness.ts'
import type { Clock } from '../connector.ts'
import { nodeWorld, planSource } from '../connectors.ts'

const frozen: Clock = { nowMicros: () => 1_767_225_600_000_000n, sleep: () => Promise.resolve() }

function rows(
  columnTexts: readonly string[],
  options: Record<string, string>,
  clock: Clock = frozen,
): Record<string, unknown>[] {
  const columns = columnsOf(...columnTexts)
  const declaration = declare(columns, { connector: 'datagen', ...options })
  const connector = planSource(declaration, nodeWorld)
  declaration.options.finish()
  const context = blockContext(columns, { clock })
  const reader = connector.open(context)
  const { memory, layout } = context
  const format = { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false } as const
  const encoded = new TextOfBlocks(memory, { layout, columns, format })
  for (let result = reader.read(); result.kind === 'rows'; result = reader.read())
    encoded.add(context.block, result.count)
  return encoded
    .text()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('datagen', () => {
  test('sequences count up from their start by their step', () => {
    const made = rows(['n INTEGER', 'm DECIMAL(9,2)', 't TIMESTAMP', 'd DATE', 's VARCHAR', 'b TINYINT'], {
      rows: '3',
      'n.kind': 'sequence',
      'n.start': '5',
      'n.step': '2',
      'm.kind': 'sequence',
      'm.step': '0.25',
      't.kind': 'sequence',
      't.start': '2026-01-01T00:00:00Z',
      't.step': '0.5',
      'd.kind': 'sequence',
      'd.start': '2025-12-31',
      's.kind': 'sequence',
      'b.kind': 'sequence',
      'b.start': '126',
    })
    expect(made).toEqual([
      { n: 5, m: 0, t: '2026-01-01T00:00:00', d: '2025-12-31', s: '0', b: 126 },
      { n: 7, m: 0.25, t: '2026-01-01T00:00:00.5', d: '2026-01-01', s: '1', b: 127 },
      { n: 9, m: 0.5, t: '2026-01-01T00:00:01', d: '2026-01-02', s: '2', b: -128 },
    ])
  })

  test('random values stay in their range, repeat with the seed, and NULLs come at their rate', () => {
    const options = { rows: '3000', 'n.min': '-3', 'n.max': '3', 'x.null_rate': '0.5', 's.length': '20' }
    const columns = [
      'n SMALLINT',
      'x DOUBLE',
      's VARCHAR',
      'f BOOLEAN',
      't TIME',
      'w DECIMAL(30,2)',
      'u TINYINT UNSIGNED',
    ]
    const made = rows(columns, options)
    expect(made.length).toBe(3000)
    expect(new Set(made.map((row) => row['n']))).toEqual(new Set([-3, -2, -1, 0, 1, 2, 3]))
    const nulls = made.filter((row) => row['x'] === null).length
    expect(nulls).toBeGreaterThan(1300)
    expect(nulls).toBeLessThan(1700)
    expect(made.every((row) => (row['s'] as string).length === 20)).toBe(true)
    expect(rows(columns, options)).toEqual(made)
    expect(rows(columns, { ...options, seed: '43' })).not.toEqual(made)
  })

  test('now is the clock, and a rate makes rows wait', () => {
    expect(rows(['t TIMESTAMP'], { rows: '1', 't.kind': 'now' })).toEqual([{ t: '2026-01-01T00:00:00' }])
    expect(rows(['n BIGINT'], { rows: '5', rate: '1' }).length).toBe(1)
  })

  test('a rate lets rows through as time passes', async () => {
    let now = 0n
    const clock: Clock = {
      nowMicros: () => now,
      sleep: (millis) => {
        now += BigInt(millis) * 1000n
        return Promise.resolve()
      },
    }
    const columns = columnsOf('n BIGINT')
    const reader = planSource(declare(columns, { connector: 'datagen', rows: '4', rate: '10' }), nodeWorld).open(
      blockContext(columns, { clock }),
    )
    let waits = 0
    for (let result = reader.read(); result.kind !== 'end'; result = reader.read()) {
      if (result.kind === 'wait') {
        waits++
        await result.until
      }
    }
    expect(waits).toBe(3)
    expect(now).toBe(300_000n)
  })

  test('options that make no sense are refused', () => {
    const plan = (column: string, options: Record<string, string>) => () => {
      const declaration = declare(columnsOf(column), { connector: 'datagen', ...options })
      planSource(declaration, nodeWorld)
      declaration.options.finish()
    }
    expect(plan('n BIGINT', { 'n.kind': 'sequnce' })).toThrow(expect.objectContaining({ code: 'invalid_option_value' }))
    expect(plan('n BIGINT', { 'm.kind': 'sequence' })).toThrow(expect.objectContaining({ code: 'unknown_option' }))
    expect(plan('n BIGINT NOT NULL', { 'n.null_rate': '0.1' })).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
    expect(plan('n TINYINT', { 'n.max': '200' })).toThrow(expect.objectContaining({ code: 'invalid_option_value' }))
    expect(plan('n BIGINT', { 'n.kind': 'now' })).toThrow(expect.objectContaining({ code: 'invalid_option_value' }))
    expect(plan('n INTERVAL', {})).toThrow(expect.objectContaining({ code: 'type_mismatch' }))
    expect(plan('n BIGINT', { 'n.kind': 'sequence', 'n.min': '1' })).toThrow(
      expect.objectContaining({ code: 'unknown_option' }),
    )
  })
})
