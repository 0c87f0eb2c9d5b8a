import { describe, expect, it } from 'vitest'
import { decodePaddingBytes, sourceControl, sourceLearntSizeBytes } from '../../../runtime/abi/artifact.ts'
import { learnt } from '../../../runtime/abi/decode-token.ts'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import { must } from '../../../sql/base/assert.ts'
import { bindCounting, generator, of, type Random } from '../../../test/support/decoders/count-calls.ts'
import {
  bindDecoder,
  type BoundDecoder,
  compileDecoder,
  type HarnessColumn,
} from '../../../test/support/decoders/harness.ts'
import { readWith } from '../../../test/support/decoders/read-all.ts'

/** at least so many records are taken at once */
const several = 3

const columns: readonly HarnessColumn[] = [
  { name: 'id', type: { kind: 'bigint' }, nullable: false },
  { name: 'skipped', type: { kind: 'varchar' }, nullable: true, needed: false },
  { name: 'text', type: { kind: 'varchar' }, nullable: true },
  { name: 'at', type: { kind: 'timestamp' }, nullable: true },
]

interface Row {
  readonly id: string
  readonly text: string
  readonly day?: number
  readonly fraction?: string
}

interface Case {
  readonly format: InputFormat
  readonly line: (row: Row) => string
  /** goes to the other ways */
  readonly odd: string
  /** usual ones with NULLs, signs and what nobody reads */
  readonly seldom: readonly string[]
}

const timeOf = ({ day = 1, fraction = '.345' }: Row): string =>
  `2026-01-${String(day).padStart(2, '0')}T10:11:12${fraction}`
const common = { timestampFormat: 'rfc3339', lineBytesMax: 1 << 16 } as const
const csv = { header: false, delimiter: 44, quote: 34, escape: 34, nullText: '' }
const cases: Readonly<Record<'json' | 'csv', Case>> = {
  json: {
    format: { kind: 'json', ...common },
    line: (row) => `{"id":${row.id},"skipped":"s${row.id}","text":"${row.text}","at":"${timeOf(row)}"}`,
    odd: `{ "id":7,"skipped":"","text":"","at":null}`,
    seldom: ['null', 'true', 'false', '0', '12.5', '-0.25', '-7', '12345678.12345678', '"x"'].map(
      (value, index) => `{"id":-${index},"skipped":${value},"text":null,"at":null}`,
    ),
  },
  csv: {
    format: { kind: 'csv', ...common, csv },
    line: (row) => `${row.id},s${row.id},${row.text},${timeOf(row)}`,
    odd: '7,,"q",',
    seldom: ['-1,,,', '-12345678,x,,', '0,1,,', '-0,1.5,x,'],
  },
}

const letters = (count: number): string => 'abcdefghijklmnopqrstuvwxyz'.repeat(count / 26 + 1).slice(0, count)

describe.each(Object.entries(cases))('%s records abreast', (_, { format, line, odd, seldom }) => {
  const compiled = compileDecoder(columns, format)
  const { decoder: vectors } = bindCounting(compiled)
  const scalar = bindDecoder(compiled, { tier: 'interpreter' })
  const same = (pieces: readonly Uint8Array[]): number => {
    const expected = readWith(scalar, pieces, format)
    expect(readWith(vectors, pieces, format)).toEqual(expected)
    return expected.rows.length
  }
  const rows = (sizes: readonly number[]): string[] =>
    sizes.map((size, index) => line({ id: `${index}`, text: letters(size) }))

  it('are the same wherever the input is cut', () => {
    const bytes = Buffer.from(`${rows([3, 3, 3, 20, 3, 90, 3, 3, 0, 3, 3, 3, 3]).join('\n')}\n`)
    for (let cut = 0; cut <= bytes.length; cut++) expect(same([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(13)
  })

  it.each(['\n', '\r\n'])('are of any length, ended by %j, with empty lines and without', (end) => {
    const random = generator(11)
    const size: readonly ((random: Random) => number)[] = [
      () => 10,
      (next) => next(40),
      (next) => next(300),
      (next) => (next(20) === 0 ? 5000 : 12),
      (next) => (next(20) === 0 ? 0 : 700),
    ]
    for (const one of size) {
      const lines = rows(Array.from({ length: 120 }, () => one(random)))
      const gaps = lines.map((text) => (random(30) === 0 ? `${end}${text}` : text))
      expect(same([Buffer.from(lines.join(end))])).toBe(120)
      expect(same([Buffer.from(gaps.join(end) + end)])).toBe(120)
    }
  })

  it('are of any length after any other: short after long, long after short', () => {
    const sizes = [8, 8, 8, 8, 500, 500, 500, 500, 8, 500, 8, 500, 500, 8, 8, 2000, 2000, 8, 8, 8, 8, 8, 8]
    for (let from = 0; from < sizes.length; from++)
      same([Buffer.from(`${rows([...sizes.slice(from), ...sizes.slice(0, from)]).join('\n')}\n`)])
  })

  it('fill blocks to the last row, and no farther', () => {
    const usual = rows(Array.from({ length: 2 * blockRowsMax + 10 }, () => 5))
    for (let others = 0; others <= several; others++) {
      // each is a row of a block that is not taken beside others
      const lines = [...usual.slice(0, 2), ...Array.from({ length: others }, () => odd), ...usual]
      const { blocks } = decodeAtEnd(vectors, `${lines.join('\n')}\n`)
      expect(blocks).toEqual([blockRowsMax, blockRowsMax, 12 + others])
    }
  })

  it('any of them may be of another day, or be none', () => {
    const random = generator(12)
    const texts = ['"', '\u0001', 'é', '\\', '\\n', '\\"', '\t', 'x\ny', '']
    for (const rarely of [3, 10, 60]) {
      const lines = Array.from({ length: 400 }, (__, index) => {
        const text = random(rarely) === 0 ? of(random, texts) : letters(random(30))
        const id = random(rarely) === 0 ? of(random, ['-5', 'x', '', '01', '1.5', '123456789012345678']) : `${index}`
        return line({ id, text, day: random(rarely) === 0 ? random(40) : 1 })
      })
      same([Buffer.from(lines.join('\n'))])
    }
  })

  it('nothing is read behind the padding', () => {
    for (const last of [0, 1, 15, 16, 31, 32, 63, 64, 95, 96, 97, 160, 400])
      for (const sizes of [
        [last],
        [9, last],
        [9, 9, last],
        [9, 9, 9, last],
        [9, 9, 9, 9, last],
        [300, 300, 300, last],
      ]) {
        const text = `${rows([...sizes.slice(0, -1), ...sizes]).join('\n')}\n`
        expect(decodeAtEnd(vectors, text).blocks).toEqual([2 * sizes.length - 1])
      }
  })

  it('timestamps of any fraction are no setback', () => {
    const fractions = ['', 'Z', '.5', '.345', '.345Z', '.123456', '.123456Z', '.1Z']
    const lines = Array.from({ length: 99 }, (__, index) =>
      line({ id: '1', text: 'x', fraction: must(fractions[index % fractions.length]) }),
    )
    expect(setbacksAfter(vectors, lines)).toBe(0)
    same([Buffer.from(lines.join('\n'))])
  })

  it('NULLs, signs and what nobody reads are no setback', () => {
    const lines = [
      line({ id: '1', text: 'x' }),
      ...Array.from({ length: 99 }, (__, index) => must(seldom[index % seldom.length])),
    ]
    expect(setbacksAfter(vectors, lines)).toBe(0)
    same([Buffer.from(lines.join('\n'))])
  })

  it('a record that cannot be taken beside others is a setback, which others make up for', () => {
    const usual = rows(Array.from({ length: 40 }, () => 9))
    const other = line({ id: '7', text: 'x', day: 2 })
    expect(setbacksAfter(vectors, usual)).toBe(0)
    expect(setbacksAfter(vectors, [...usual, other, ...usual.slice(0, several)])).toBeGreaterThan(0)
    expect(setbacksAfter(vectors, [...usual, other, ...usual])).toBe(0)
    const different = Array.from({ length: blockRowsMax }, (__, index) => (index % 2 === 0 ? other : must(usual[0])))
    const setbacks = setbacksAfter(vectors, [...usual, ...different])
    expect(setbacks).toBeGreaterThan(10)
    // each one puts the next attempt farther off
    expect(setbacks).toBeLessThan(120)
  })
})

it('texts that are not ASCII are no setback in JSON', () => {
  const { format, line } = cases.json
  const { decoder } = bindCounting(compileDecoder(columns, format))
  expect(
    setbacksAfter(
      decoder,
      Array.from({ length: 99 }, () => line({ id: '1', text: 'Grüße' })),
    ),
  ).toBe(0)
})

interface Decoded {
  /** how many rows each has */
  readonly blocks: readonly number[]
  readonly setbacks: number
}

/** Calls the decoder until nothing is left. */
function decodeAll(decoder: BoundDecoder, { from, to }: { readonly from: number; readonly to: number }): Decoded {
  const { views, control, block, allocator } = decoder
  const cell = (offset: number): number => (control + offset) >> 2
  const table = allocator.allocate(sourceLearntSizeBytes)
  views.u8.fill(0, table, table + sourceLearntSizeBytes)
  views.u8.fill(0, control, control + sourceControl.sizeBytes)
  views.i32[cell(sourceControl.learnt)] = table
  views.i32[cell(sourceControl.atEnd)] = 1
  const arena = allocator.allocate(sourceLearntSizeBytes)
  views.i32[cell(sourceControl.arenaCursor)] = arena
  views.i32[cell(sourceControl.arenaEnd)] = arena + sourceLearntSizeBytes
  const blocks: number[] = []
  for (let at = from; at < to;) {
    views.i32[cell(sourceControl.rows)] = 0
    at = must(decoder.decode).kernel(from, at, to, block, control)
    blocks.push(must(views.i32[cell(sourceControl.rows)]))
  }
  expect(views.i32[cell(sourceControl.errorCount)]).toBe(0)
  const setbacks = must(views.i32[(table + learnt.setbacks) >> 2])
  allocator.release(table, sourceLearntSizeBytes)
  allocator.release(arena, sourceLearntSizeBytes)
  return { blocks, setbacks }
}

/** The input's padding ends where the memory ends. */
function decodeAtEnd(decoder: BoundDecoder, text: string): Decoded {
  const { u8 } = decoder.views
  const bytes = Buffer.from(text)
  const to = u8.length - decodePaddingBytes
  u8.fill(0x20, to - bytes.length - 16)
  u8.set(bytes, to - bytes.length)
  return decodeAll(decoder, { from: to - bytes.length, to })
}

function setbacksAfter(decoder: BoundDecoder, lines: readonly string[]): number {
  return decodeAtEnd(decoder, `${lines.join('\n')}\n`).setbacks
}
