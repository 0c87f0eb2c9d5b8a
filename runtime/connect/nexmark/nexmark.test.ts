import { describe, expect, test } from 'vitest'
import { nexmarkDigest } from '../../../test/support/connect/nexmark-digest.ts'
import { blockContext, columnsOf, declare } from '../../../test/support/connect/source-context.ts'
import { TextOfBlocks } from '../../../test/support/encoders/harness.ts'
import { nodeWorld, planSource } from '../connectors.ts'
import { type EventKind, eventKind } from './model.ts'
import { EventWriter } from './write-events.ts'

const model = { seed: 42, firstEventRate: 10_000 }

function lines(kind: EventKind, events: number, seed = 42): string[] {
  const writer = new EventWriter({ kind, format: 'ndjson', model: { ...model, seed }, events })
  const buffer = new Uint8Array(1 << 20)
  let text = ''
  while (!writer.done) text += Buffer.from(buffer.subarray(0, writer.write(buffer, 0))).toString()
  return text.split('\n').slice(0, -1)
}

describe('nexmark', () => {
  test('the first twenty thousand events are fixed for ever', () => {
    expect(nexmarkDigest(20_000)).toBe('bac67a9d9d27e3638e6fbf39b79f639c7381e0d3ec4513e5a2b4b6e31ddc91bd')
  })

  test('one person, three auctions and 46 bids in every fifty events', () => {
    const counts = { person: 0, auction: 0, bid: 0 }
    for (let n = 0; n < 5000; n++) counts[eventKind(n)]++
    expect(counts).toEqual({ person: 100, auction: 300, bid: 4600 })
    expect([lines('person', 5000).length, lines('auction', 5000).length, lines('bid', 5000).length]).toEqual([
      100, 300, 4600,
    ])
  })

  test('event n depends on n and the seed alone', () => {
    expect(lines('bid', 2000).slice(0, 100)).toEqual(lines('bid', 500).slice(0, 100))
    expect(lines('bid', 500, 7)).not.toEqual(lines('bid', 500))
  })

  test('fields have the public names, half of the bids go to a hot auction, and bids are about 200 bytes', () => {
    const bids = lines('bid', 50_000)
    const parsed = bids.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(Object.keys(parsed[0] ?? {})).toEqual(['auction', 'bidder', 'price', 'channel', 'url', 'dateTime', 'extra'])
    expect(Object.keys(JSON.parse(lines('auction', 100)[0] ?? ''))).toEqual([
      'id',
      'itemName',
      'description',
      'initialBid',
      'reserve',
      'dateTime',
      'expires',
      'seller',
      'category',
      'extra',
    ])
    expect(Object.keys(JSON.parse(lines('person', 100)[0] ?? ''))).toEqual([
      'id',
      'name',
      'emailAddress',
      'creditCard',
      'city',
      'state',
      'dateTime',
      'extra',
    ])
    const hot = parsed.filter((bid) => Number(bid['auction']) % 100 === 0).length / parsed.length
    expect(hot).toBeGreaterThan(0.45)
    expect(hot).toBeLessThan(0.6)
    const mean = bids.reduce((sum, line) => sum + line.length + 1, 0) / bids.length
    expect(Math.abs(mean - 200)).toBeLessThan(10)
    const auctions = new Set(lines('auction', 50_000).map((line) => (JSON.parse(line) as { id: number }).id))
    expect(parsed.filter((bid) => auctions.has(Number(bid['auction']))).length / parsed.length).toBeGreaterThan(0.9)
  })

  test('as a source it gives the rows that the text has', () => {
    const columns = columnsOf(
      'auction BIGINT',
      'bidder BIGINT NOT NULL',
      'PRICE BIGINT',
      'channel VARCHAR',
      'url VARCHAR NOT NULL',
      'dateTime TIMESTAMP',
      'extra VARCHAR',
    )
    const declaration = declare(columns, { connector: 'nexmark', stream: 'bid', events: '3000' })
    const connector = planSource(declaration, nodeWorld)
    declaration.options.finish()
    const context = blockContext(columns)
    const reader = connector.open(context)
    const { memory, layout } = context
    const format = { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false } as const
    const encoded = new TextOfBlocks(memory, { layout, columns, format })
    for (let result = reader.read(); result.kind === 'rows'; result = reader.read())
      encoded.add(context.block, result.count)
    const seen = encoded.text().split('\n').slice(0, -1)
    const expected = lines('bid', 3000).map((line) =>
      line.replace('"price"', '"PRICE"').replace(/"(\d{4}-[^"]*?)\.?0*Z"/, '"$1"'),
    )
    expect(seen).toEqual(expected)
  })

  test('all streams together name the kind of each row', () => {
    const columns = columnsOf('kind VARCHAR NOT NULL', 'auction BIGINT', 'id BIGINT', 'dateTime TIMESTAMP NOT NULL')
    const declaration = declare(columns, { connector: 'nexmark', stream: 'all', events: '50' })
    const reader = planSource(declaration, nodeWorld).open(blockContext(columns))
    expect(reader.read()).toEqual({ kind: 'rows', count: 50 })
    expect(reader.read()).toEqual({ kind: 'end' })
  })

  test('unknown fields and wrong types are refused', () => {
    const plan = (column: string) => () => planSource(declare(columnsOf(column), { connector: 'nexmark' }), nodeWorld)
    expect(plan('prise BIGINT')).toThrow(expect.objectContaining({ code: 'unknown_column' }))
    expect(plan('price VARCHAR')).toThrow(expect.objectContaining({ code: 'type_mismatch' }))
  })
})
