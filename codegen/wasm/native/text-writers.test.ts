import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeDialect, encodeLiteral, encodeStepBytes, keptInstant } from '../../../runtime/abi/encode.ts'
import type { Library, LibraryName } from '../../../runtime/abi/library.ts'
import { createEncodeLibrary } from '../../../runtime/format/encode-library.ts'
import { storeView } from '../../../runtime/format/cells.ts'
import { createWorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { loadCompiled } from '../../../test/support/kernel/compiled.ts'
import { constI32, library, local } from '../../kernel/build.ts'
import type { ModuleIr, Variable } from '../../kernel/ir.ts'

const { views } = createWorkerMemory({ limitBytes: 1 << 24 })
const implementation = createEncodeLibrary(views) as unknown as Record<string, (...parameters: number[]) => number>
const [cell, extra, out, text] = [65_536, 65_600, 66_000, 70_000]
const guard = 0xa5

/** The functions that were left to the library in the call before. */
const calls: string[] = []
const counting = Object.fromEntries(
  Object.entries(implementation).map(([name, write]) => [
    name,
    (...parameters: number[]) => {
      calls.push(name)
      return write(...parameters)
    },
  ]),
) as unknown as Library

/** What WebAssembly makes of `name(out, second, third)`; `constant`: the third parameter stands in the code. */
function writer(name: LibraryName, constant?: number): (second: number, third?: number) => string {
  const [to, from, more] = ([0, 1, 2] as const).map((id): Variable => ({ id, role: 'in', type: 'i32', mutable: false }))
  if (!to || !from || !more) throw new Error('expected parameters')
  const third = constant === undefined ? local(more) : constI32(constant)
  const count = name.startsWith('write_decimal') || /csv|timestamp/.test(name) ? 3 : 2
  const call = library(name, [local(to), local(from), third].slice(0, count))
  const run = {
    name: 'run',
    parameters: [to, from, more],
    result: 'i32',
    body: [{ kind: 'return', value: call }],
  } as const
  const module: ModuleIr = {
    name: 'native_0',
    functions: [run],
    exports: ['run'],
    constantCount: 0,
    scratchSizeBytes: 0,
  }
  const binding = { views, library: counting, constants: [], scratchBase: 0 }
  const kernel = loadCompiled(module, binding, { optimize: 2 })['run']
  return (second, value = 0) => written(() => kernel?.(out, second, value) ?? 0)
}

/** What was written at `out`; so much behind it, and no more, may have been touched. */
function written(write: () => number): string {
  views.u8.fill(guard, out - 16, out + 4000)
  calls.length = 0
  const end = write()
  expect(views.u8.subarray(out - 16, out).every((byte) => byte === guard)).toBe(true)
  expect(views.u8.subarray(end + encodeStepBytes, out + 4000).every((byte) => byte === guard)).toBe(true)
  return Buffer.from(views.u8.subarray(out, end)).toString('latin1')
}

function byLibrary(name: LibraryName, second: number, third = 0): string {
  return written(() => implementation[name]?.(out, second, third) ?? 0)
}

const nearPower = fc
  .tuple(fc.nat(19), fc.integer({ min: -2, max: 2 }), fc.boolean())
  .map(([digits, more, isNegative]) => (isNegative ? -1n : 1n) * (10n ** BigInt(digits) + BigInt(more)))
const limits = fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n, 0n, -1n, 2n ** 32n, -(2n ** 31n))
const word = fc.oneof(
  nearPower,
  limits,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer().map(BigInt),
)
const runs = { numRuns: 1500 }

describe('whole numbers and decimals', () => {
  test.each(['write_u32', 'write_i64', 'write_u64'] as const)('%s', (name) => {
    const native = writer(name)
    fc.assert(
      fc.property(word, (value) => {
        views.i64[cell >> 3] = BigInt.asIntN(64, value)
        expect(native(cell)).toBe(byLibrary(name, cell))
        native(cell)
        expect(calls).toEqual([])
      }),
      runs,
    )
  })

  test('write_i32', () => {
    const native = writer('write_i32')
    fc.assert(
      fc.property(word, (value) => {
        const low = Number(BigInt.asIntN(32, value))
        expect(native(low)).toBe(byLibrary('write_i32', low))
      }),
      runs,
    )
  })

  test.each(Array.from({ length: 21 }, (_, scale) => scale))('decimals of scale %d', (scale) => {
    const wide = writer('write_decimal', scale)
    const narrow = writer('write_decimal64', scale)
    fc.assert(
      fc.property(word, fc.boolean(), (value, isBeyond) => {
        views.i64[cell >> 3] = BigInt.asIntN(64, value)
        const sign = BigInt.asIntN(64, value) >> 63n
        const high = isBeyond ? value >> 3n : sign
        views.i64[(cell >> 3) + 1] = high
        expect(narrow(cell)).toBe(byLibrary('write_decimal64', cell, scale))
        expect(wide(cell)).toBe(byLibrary('write_decimal', cell, scale))
        wide(cell)
        expect(calls).toEqual(scale <= 18 && high === sign ? [] : ['write_decimal'])
      }),
      { numRuns: 200 },
    )
  })
})

describe('doubles', () => {
  const native = writer('write_f64')
  const agree = (value: number): void => {
    views.f64[cell >> 3] = value
    expect(native(cell)).toBe(byLibrary('write_f64', cell))
  }
  const sized = fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -9, max: 55 }), fc.boolean())
    .map(([mantissa, exponent, negative]) => mantissa * 2 ** exponent * (negative ? -1 : 1))
  const quotients = fc
    .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1000 }))
    .map(([sum, count]) => sum / count)
  const decimals = fc
    .tuple(fc.bigInt({ min: 0n, max: 2n ** 53n }), fc.integer({ min: 0, max: 16 }))
    .map(([digits, scale]) => Number(digits) / 10 ** scale)

  test('of every size', () => {
    fc.assert(fc.property(fc.oneof(sized, quotients, decimals, fc.double()), agree), { numRuns: 12_000 })
  })

  test('limits and their neighbours', () => {
    const bits = new BigInt64Array(1)
    const double = new Float64Array(bits.buffer)
    const starts = Array.from({ length: 64 }, (_, exponent) => 2 ** (exponent - 8))
    for (const start of [...starts, 0.1, 0.3, 1e9, 1e15, 1e16, 9_007_199_254_740_991, 0, -0, Infinity, NaN]) {
      double[0] = start
      const first = bits[0] ?? 0n
      for (let step = -20n; step <= 20n; step++) {
        bits[0] = first + step
        agree(double[0])
        agree(-double[0])
      }
    }
  })

  test('as near to one digit as to the next', () => {
    for (let odd = 1; odd < 256; odd += 2) agree(2 ** 29 + odd / 256)
    for (let eighth = 1; eighth < 8; eighth++) agree(2 ** 50 - eighth / 8)
  })

  test('usual ones do not leave the module', () => {
    for (const value of [0, -0, 0.02, 0.5, 1, 3.25, 1234.5678, 98_765.432_1, 1e12 / 3, 123_456_789_012.75]) {
      agree(value)
      native(cell)
      expect(calls).toEqual([])
    }
  })
})

test('timestamps, with and without the text that is kept', () => {
  const native = writer('write_timestamp')
  const [first, last] = [-62_135_596_800_000_000n, 253_402_300_799_999_999n]
  const instant = fc.oneof(
    fc.bigInt({ min: first, max: last }),
    fc.bigInt({ min: first / 1_000_000n, max: last / 1_000_000n }).map((seconds) => seconds * 1_000_000n),
    fc.bigInt({ min: first / 1000n, max: last / 1000n }).map((millis) => millis * 1000n),
    fc.integer({ min: -719_162, max: 2_932_896 }).map((day) => BigInt(day) * 86_400_000_000n),
    fc.constantFrom(first, last, -1n, 0n, 951_782_400_000_000n, 4_107_542_399_999_999n),
  )
  const kept = extra
  views.u8.fill(0, kept, kept + keptInstant.sizeBytes)
  fc.assert(
    fc.property(instant, (micros) => {
      views.i64[cell >> 3] = micros
      const made = native(cell, kept)
      expect(calls).toEqual([])
      expect(native(cell, kept)).toBe(made)
      views.i32[(kept + keptInstant.length) >> 2] = 0
      expect(byLibrary('write_timestamp', cell, kept)).toBe(made)
      expect(native(cell, kept)).toBe(made)
    }),
    { numRuns: 4000 },
  )
})

test('dates', () => {
  const native = writer('write_date')
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: -719_162, max: 2_932_896 }), fc.constantFrom(-719_162, 2_932_896)),
      (day) => {
        views.i32[cell >> 2] = day
        const made = native(cell)
        expect(calls).toEqual([])
        expect(made).toBe(byLibrary('write_date', cell))
      },
    ),
    runs,
  )
})

test('times', () => {
  const native = writer('write_time')
  const micros = fc.bigInt({ min: 0n, max: 86_399_999_999n })
  const seconds = fc.bigInt({ min: 0n, max: 86_399n }).map((second) => second * 1_000_000n)
  fc.assert(
    fc.property(fc.oneof(micros, seconds, fc.constant(86_399_999_999n)), (time) => {
      views.i64[cell >> 3] = time
      const made = native(cell)
      expect(calls).toEqual([])
      expect(made).toBe(byLibrary('write_time', cell))
    }),
    runs,
  )
})

describe('texts', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'Z', '0', 'é', '日', '😀', ' ', '-'), maxLength: 60 })
  const odd = fc.string({
    unit: fc.constantFrom('a', 'bcdef', '"', ',', '\n', '\r', ' ', '\\', '\u0001', '\t', '\u007f', "'", ';', 'é'),
    maxLength: 40,
  })
  const anyText = fc.oneof(plain, odd)
  const put = (value: string): void => {
    const bytes = Buffer.from(value)
    // what stands around a text is none of its business
    views.u8.fill(34, text - 20, text + bytes.length + 20)
    views.u8.set(bytes, text)
    storeView(views, cell, { from: text, length: bytes.length })
  }

  test('write_literal', () => {
    const native = writer('write_literal')
    fc.assert(
      fc.property(plain, (value) => {
        views.u8.set(encodeLiteral(value), extra)
        expect(native(extra)).toBe(Buffer.from(value).toString('latin1'))
        expect(byLibrary('write_literal', extra)).toBe(Buffer.from(value).toString('latin1'))
      }),
      runs,
    )
  })

  test('write_json_text', () => {
    const native = writer('write_json_text')
    fc.assert(
      fc.property(anyText, (value) => {
        put(value)
        const made = native(cell)
        const isRare = calls.length > 0
        expect(byLibrary('write_json_text', cell)).toBe(made)
        expect(isRare).toBe(/["\\\u0000-\u001f]/.test(value))
        expect(JSON.parse(Buffer.from(made, 'latin1').toString())).toBe(value)
      }),
      runs,
    )
  })

  const usual = { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '' }
  const dialects = [usual, { ...usual, nullText: 'NULL' }, { ...usual, delimiter: 59, quote: 39, escape: 92 }]

  test.each(dialects)('write_csv_text, dialect %#', (dialect) => {
    const native = writer('write_csv_text')
    views.u8.set(encodeDialect(dialect), extra)
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom('NULL', 'NULl', '')), (value) => {
        put(value)
        const made = native(cell, extra)
        const isRare = calls.length > 0
        expect(byLibrary('write_csv_text', cell, extra)).toBe(made)
        expect(isRare).toBe(made !== Buffer.from(value).toString('latin1'))
      }),
      runs,
    )
  })

  test('nothing is read beyond a text at the end of memory', () => {
    const native = writer('write_json_text')
    const end = views.u8.length
    for (let length = 0; length < 40; length++) {
      views.u8.fill(97, end - length, end)
      storeView(views, cell, { from: end - length, length })
      expect(native(cell)).toBe(`"${'a'.repeat(length)}"`)
    }
  })
})
