import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { type Cell, readWith } from '../../../test/support/decoders/read-all.ts'
import { seed } from '../../../test/support/seed.ts'

/**
 * Mutated NDJSON: whatever the bytes, nothing crashes or hangs, the tiers agree, pieces do not matter, and the rows are those that
 * JSON.parse sees.
 */
const columns: readonly HarnessColumn[] = [
  { name: 'id', type: { kind: 'bigint' }, nullable: true },
  { name: 'name', type: { kind: 'varchar' }, nullable: true },
  { name: 'flag', type: { kind: 'boolean' }, nullable: true },
  { name: 'price', type: { kind: 'double' }, nullable: true },
  { name: 'skipped', type: { kind: 'varchar' }, nullable: true, needed: false },
]
const format: InputFormat = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 1 << 16 }
const compiled = compileDecoder(columns, format)
const javascript = bindDecoder(compiled, { tier: 'javascript' })
const interpreter = bindDecoder(compiled, { tier: 'interpreter' })

function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((state >>> 0) / 4_294_967_296) * below)
  }
}

const interesting = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\r',
  ' ',
  '0',
  '9',
  '-',
  '.',
  'e',
  't',
  'n',
  '\u0000',
  '\u0001',
  '\x7f',
  'é',
  '\\u',
  '\\ud83d',
  '\\"',
  '""',
]

/** Nobody's columns, or columns in other letters; some begin alike for more than a vector of bytes. */
const unknown = [
  'x',
  'ID',
  'Name',
  'no',
  'a_key_that_is_longer_than_one_vector',
  'a_key_that_is_longer_than_two_vectors_of_bytes',
  'a_key_that_is_l_nger_than_one_vector',
  'a_key_that_is_longer_than_what_the_decoder_learns_by_heart_x',
]

type Order = 'steady' | 'shuffled'

function shuffle(random: (below: number) => number, fields: string[]): void {
  for (let left = fields.length; left > 1; left--) {
    const at = random(left)
    const [last, other] = [fields[left - 1] ?? '', fields[at] ?? '']
    fields[left - 1] = other
    fields[at] = last
  }
}

function lineOf(random: (below: number) => number, order: Order = 'steady'): string {
  const texts = [
    '',
    'x',
    'plain',
    'twelve bytes',
    'thirteen byte',
    'with "quote"',
    'back\\slash',
    'Grüße',
    '😀',
    'tab\t',
  ]
  const fields = [
    `"id":${[0, 1, 12345678, -5, 99, 123456789, '9223372036854775807', 'null'][random(8)]}`,
    `"name":${JSON.stringify(texts[random(texts.length)])}`,
    `"flag":${['true', 'false', 'null'][random(3)]}`,
    `"price":${['1.5', '0', '1e3', '-2.25', '100', 'null'][random(6)]}`,
    `"skipped":${['"s"', '[1,2,{"a":"b"}]', '{}', '"\\u00e9"', '7'][random(5)]}`,
  ]
  if (random(4) === 0) fields.push(`"${unknown[random(unknown.length)]}":${random(3)}`)
  if (random(16) === 0) fields.push(fields[random(fields.length)] ?? '')
  if (random(order === 'steady' ? 4 : 1) === 0) shuffle(random, fields)
  if (random(6) === 0) fields.splice(random(fields.length), 1)
  const line = `{${fields.join(random(8) === 0 ? ', ' : ',')}}${random(12) === 0 ? '\r' : ''}`
  return random(8) === 0 ? line.replaceAll('":', '": ') : line
}

function mutate(random: (below: number) => number, bytes: Buffer): Buffer {
  let result = bytes
  for (let count = random(4); count > 0; count--) {
    const at = random(result.length)
    const piece = Buffer.from(interesting[random(interesting.length)] ?? '')
    const drop = random(3)
    result =
      random(5) === 0
        ? Buffer.concat([result.subarray(0, at), Buffer.from([random(256)]), result.subarray(at + 1)])
        : Buffer.concat([result.subarray(0, at), piece, result.subarray(at + drop)])
  }
  return result
}

/** What JSON.parse makes of a line; undefined: no row. A field that nobody reads only has to be JSON. */
function expectedRow(line: Buffer): Cell[] | undefined {
  let parsed: unknown
  const text = line.toString('utf8')
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const found: Record<string, unknown> = {}
  const exact = new Set<string>()
  for (const [key, value] of Object.entries(parsed)) {
    const known = columns.find((column) => column.name === key)
    const other = known ?? columns.find((column) => column.name === key.toLowerCase())
    if (known) exact.add(key)
    if (other && (known || !exact.has(other.name))) found[other.name] = value
  }
  const { id = null, name = null, flag = null, price = null } = found
  const fits = (value: unknown, type: string): boolean => value === null || typeof value === type
  if (!fits(id, 'number') || !fits(name, 'string') || !fits(flag, 'boolean') || !fits(price, 'number')) return undefined
  if (typeof name === 'string' && (name.includes('\0') || !name.isWellFormed())) return undefined
  // as a double; the test skips numbers that are not whole or not exact
  const whole = typeof id !== 'number' ? null : Number.isSafeInteger(id) ? BigInt(id) : Number.NaN
  return [whole, name, flag, price, undefined] as Cell[]
}

/** Lines whose row or error is not what JSON.parse makes of them. */
function differences(input: Buffer, outcome: ReturnType<typeof readWith>): string[] {
  const rows = new Map(outcome.places.map((place, index) => [Number(place.split(':')[1]), outcome.rows[index]]))
  const errors = new Set(outcome.errors.map((error) => Number(error.split(':').pop())))
  const found: string[] = []
  let from = 0
  for (const text of input.toString('latin1').split('\n')) {
    const line = Buffer.from(text, 'latin1')
    const offset = from
    from += line.length + 1
    const blank = /^[ \t\r]*$/.test(text)
    const expected = blank ? undefined : expectedRow(line)
    // invalid UTF-8 is only looked for in what is read, and a number beyond doubles only where it is read
    const invalid = line.includes('\ufffd') || Buffer.from(line.toString('utf8')).compare(line) !== 0
    const unclear = expected?.some((cell) => typeof cell === 'number' && !Number.isFinite(cell)) ?? false
    if (invalid || unclear || (line[0] === 0xef && offset === 0)) continue
    const row = rows.get(offset)
    const wantsError = expected === undefined && !blank
    if (!isDeepStrictEqual(row, expected) || errors.has(offset) !== wantsError) found.push(line.toString())
  }
  return found
}

test('mutated lines give the rows that JSON.parse sees, in both tiers, in any pieces', () => {
  const random = generator(seed)
  for (let round = 0; round < 60; round++) {
    const order = round % 2 === 0 ? 'steady' : 'shuffled'
    const lines = Array.from({ length: 40 }, () => {
      const line = Buffer.from(lineOf(random, order))
      return random(2) === 0 ? line : mutate(random, line)
    })
    const input = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
    const outcome = readWith(javascript, input, format)
    expect(differences(input, outcome), `seed ${seed}`).toEqual([])
    const cut = random(input.length)
    const pieces = [input.subarray(0, cut), input.subarray(cut)]
    expect(readWith(javascript, pieces, format), `seed ${seed}`).toEqual(outcome)
    const other = round % 6 === 0 ? readWith(interpreter, input, format) : outcome
    expect(other, `seed ${seed}`).toEqual(outcome)
  }
})

test('a cut at every byte changes nothing', () => {
  const random = generator(7)
  const input = Buffer.from(`${Array.from({ length: 8 }, () => lineOf(random)).join('\n')}\n{"id":1,\n{"id":5}`)
  const outcome = readWith(javascript, input, format)
  expect(outcome.rows.length).toBe(9)
  for (let cut = 0; cut <= input.length; cut++) {
    const pieces = [input.subarray(0, cut), input.subarray(cut)].filter((piece) => piece.length > 0)
    expect(readWith(javascript, pieces, format)).toEqual(outcome)
  }
})
