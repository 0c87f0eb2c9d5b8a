import { describe, expect, it } from 'vitest'
import type { Unit } from '../../../runtime/abi/artifact.ts'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import type { UnitBinding, UnitExports } from '../../../runtime/worker/load.ts'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { readWith } from '../../../test/support/decoders/read-all.ts'
import type { ModuleIr } from '../../kernel/ir.ts'
import { loadCompiled } from '../../../test/support/kernel/compiled.ts'

function instantiate(unit: Unit, binding: UnitBinding): UnitExports {
  return loadCompiled(unit.kernel as ModuleIr, binding)
}

/** Two decoders of the same source: with vectors, and as the IR says. */
function decoders(columns: readonly HarnessColumn[], format: InputFormat) {
  const compiled = compileDecoder(columns, format)
  return { vectors: bindDecoder(compiled, { instantiate }), scalar: bindDecoder(compiled, { tier: 'interpreter' }) }
}

function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((state >>> 0) / 4_294_967_296) * below)
  }
}

type Random = (below: number) => number
const of = (random: Random, values: readonly string[]): string => values[random(values.length)] ?? ''

const numbers = [
  '0',
  '7',
  '42',
  '12345678',
  '123456789',
  '00',
  '-5',
  '1.5',
  '1e3',
  '99999999',
  '9223372036854775807',
  '9223372036854775808',
  'x1',
  '1x',
]
const times = [
  '2026-01-31 23:59:59',
  '2026-01-31T23:59:59Z',
  '2024-02-29 00:00:00.5',
  '2023-02-29 00:00:00',
  '1900-02-29 01:02:03',
  '2000-02-29t01:02:03.123456z',
  '2026-13-01 00:00:00',
  '2026-00-10 00:00:00',
  '2026-01-00 00:00:00',
  '2026-01-01 24:00:00',
  '2026-01-01 00:60:00',
  '2026-01-01 00:00:60',
  '2026-01-01 00:00:00.',
  '2026-01-01 00:00:00.1234567',
  '2026-01-01 00:00:00+01',
  '2026-01-01',
  '0000-01-01 00:00:00',
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59.999999',
  '2026-1-01 00:00:00x',
  '2026-01-01 00:00:0a',
]
const texts = [
  '',
  'a',
  'four',
  'twelve bytes',
  'thirteen byte',
  'exactly sixteen!',
  'a text that is longer than one vector of bytes',
  'Grüße',
  'a "quoted" word',
  'back\\slash, \n and \t',
]

/** Of fields that nobody knows: alike for one vector of bytes, or for two. */
const keys = [
  'x',
  'a_long_name_for_a_small_numbers',
  'a_long_name_for_nobody',
  'a_long_name_for_a_small_number_or_greater',
]

function mutated(random: Random, text: string): string {
  if (random(5) > 0) return text
  const at = random(text.length)
  return (
    text.slice(0, at) +
    of(random, ['"', '\\', ',', ':', '}', ' ', '\u0001', '\r', '0', '\n', 'é', '\u0000', '']) +
    text.slice(at + random(2))
  )
}

describe('idioms read as the IR does', () => {
  const columns: readonly HarnessColumn[] = [
    { name: 'id', type: { kind: 'bigint' }, nullable: true },
    { name: 'a_long_name_for_a_small_number', type: { kind: 'integer' }, nullable: true },
    { name: 'name', type: { kind: 'varchar' }, nullable: true },
    { name: 'flag', type: { kind: 'boolean' }, nullable: true },
    { name: 'at', type: { kind: 'timestamp' }, nullable: true },
  ]

  it('json', () => {
    const format: InputFormat = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 1 << 16 }
    const { vectors, scalar } = decoders(columns, format)
    const random = generator(Number(process.env['SEED'] ?? 11))
    const value = (text: string): string => JSON.stringify(text)
    for (let round = 0; round < Number(process.env['RUNS'] ?? 40); round++) {
      const lines = Array.from({ length: 60 }, () => {
        const fields = [
          `"id":${of(random, [...numbers.slice(0, -2), 'null', 'true', '[1]'])}`,
          `"a_long_name_for_a_small_number":${of(random, ['1', '12345678', '123456789'])}`,
          `"name":${random(9) === 0 ? 'null' : value(of(random, texts))}`,
          `"flag":${of(random, ['true', 'false', 'null', 'fals', 'nul'])}`,
          `"at":${value(of(random, times))}`,
        ]
        if (random(4) === 0) fields.push(`"${of(random, keys)}":${of(random, numbers)}`)
        if (round % 2 === 1 || random(20) === 0) fields.sort(() => random(3) - 1)
        return mutated(random, `{${fields.join(',')}}`)
      })
      const input = `${lines.join('\n')}\n`
      expect(readWith(vectors, input, format)).toEqual(readWith(scalar, input, format))
    }
  })

  it.each(['', 'NULL'])('csv with null text %j', (nullText) => {
    const format = {
      kind: 'csv',
      timestampFormat: 'rfc3339',
      lineBytesMax: 1 << 16,
      csv: { delimiter: 44, quote: 34, header: true, nullText },
    } as InputFormat
    const { vectors, scalar } = decoders(columns, format)
    const random = generator(Number(process.env['SEED'] ?? 12))
    for (let round = 0; round < Number(process.env['RUNS'] ?? 40); round++) {
      const lines = Array.from({ length: 60 }, () =>
        mutated(
          random,
          [
            of(random, numbers),
            of(random, ['1', '12345678', nullText]),
            of(random, [...texts, nullText, '"q"']),
            of(random, ['true', 'f', nullText]),
            of(random, times),
          ].join(','),
        ),
      )
      const input = `id,a_long_name_for_a_small_number,name,flag,at\n${lines.join(of(random, ['\n', '\r\n']))}\n`
      expect(readWith(vectors, input, format)).toEqual(readWith(scalar, input, format))
    }
  })
})
