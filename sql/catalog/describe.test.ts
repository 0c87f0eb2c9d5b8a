import { describe, expect, it } from 'vitest'
import {
  bigint,
  binary,
  catalogOf,
  column,
  columns,
  interval,
  scan,
  seconds,
  source,
  span,
  stream,
} from '../../test/support/plans.ts'
import { describeListing } from './describe.ts'
import { showListing } from './show.ts'

const schema = columns('id BIGINT', 'ts TIMESTAMP', 'twice BIGINT?')
const bare = source('bid', schema, 1)
const expression = binary('subtract', column(scan(bare), 1), interval(seconds(5)))
const bid = {
  ...bare,
  primaryKey: [0],
  watermark: { column: 1, expression, processingTime: false, span },
  definitions: schema.map((each, index) => ({
    ...each,
    span,
    ...(index === 0 && { defaultValue: bigint(7) }),
    ...(index === 2 && { computed: binary('multiply', column(scan(bare), 0), bigint(2)) }),
  })),
}
const totals = {
  ...stream('totals', columns('"Odd" BIGINT'), {
    watermarks: [{ column: 0, lagMicros: '5000000' }],
    uniqueKeys: [[0]],
  }),
  reads: ['bid'],
}
const catalog = catalogOf(bid, totals)

describe('DESCRIBE', () => {
  it('tells types, keys, defaults, computed columns and the watermark', () => {
    expect(
      describeListing({ kind: 'describe', name: 'bid', nameSpan: span, extended: false, span }, catalog).rows,
    ).toEqual([
      ['id', 'BIGINT', 'NO', 'PRIMARY KEY NOT ENFORCED; DEFAULT 7'],
      ['ts', 'TIMESTAMP', 'NO', "WATERMARK AS ts - INTERVAL '5 seconds'"],
      ['twice', 'BIGINT', 'YES', 'AS id * 2'],
    ])
  })

  it('EXTENDED tells what is known of the rows and who reads them', () => {
    const rows = (name: string) =>
      describeListing({ kind: 'describe', name, nameSpan: span, extended: true, span }, catalog).rows.filter(
        ([, type]) => type === null,
      )
    expect(rows('bid').map(([key, , , value]) => [key, value])).toEqual([
      ['kind', 'source'],
      ['on_error', 'fail'],
      ['read by', 'totals'],
    ])
    expect(rows('totals').map(([key, , , value]) => [key, value])).toEqual([
      ['kind', 'stream'],
      ['on_error', 'fail'],
      ['changes', 'append'],
      ['watermark', '"""Odd""", lag 5 seconds'],
      ['unique key', '("""Odd""")'],
      ['reads', 'bid'],
    ])
  })
})

describe('SHOW', () => {
  const show = (what: 'sources' | 'streams' | 'queries' | 'functions') =>
    showListing({ kind: 'show', what, span }, catalog, [
      { name: 'upper', kind: 'scalar', runs: 'compiled' },
      { name: 'abs', kind: 'scalar', runs: 'evaluated' },
    ]).rows

  it('lists objects of a kind, queries and functions', () => {
    expect(show('sources')).toEqual([['bid', null, null]])
    expect(show('streams')).toEqual([['totals', null, 'bid']])
    expect(show('queries').map(([name, kind]) => [name, kind])).toEqual([['totals', 'stream']])
    expect(show('functions')).toEqual([
      ['abs', 'scalar', 'evaluated'],
      ['upper', 'scalar', 'compiled'],
    ])
  })
})
