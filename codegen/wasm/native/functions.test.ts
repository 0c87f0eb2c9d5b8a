import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultAddress, librarySignatures } from '../../../runtime/abi/library.ts'
import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { LibraryType } from '../../../runtime/abi/library/signature.ts'
import { createLibrary } from '../../../runtime/library/library.ts'
import type { LibraryHost } from '../../../runtime/library/library.ts'
import { Patterns } from '../../../runtime/library/pattern/patterns.ts'
import { Arena } from '../../../runtime/memory/arena.ts'
import { loadConstants } from '../../../runtime/memory/constants.ts'
import { createWorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { loadCompiled } from '../../../test/support/kernel/compiled.ts'
import { instantiateInterpreter } from '../../interpreter/instantiate.ts'
import { constI32, library, load, local, signatureOf, store } from '../../kernel/build.ts'
import type { ModuleIr, Variable } from '../../kernel/ir.ts'
import { nativeFunctions } from './functions.ts'

const memory = createWorkerMemory({ limitBytes: 1 << 28 })
const { views } = memory
const arena = new Arena(memory.pages, 1)
const functions = {} as LibraryHost['functions']
const implementation = createLibrary(views, {
  allocate: (size) => arena.allocate(size, 1),
  patterns: new Patterns(),
  functions,
})
const cells = arena.allocate(16 * 16, 16)
const scratchBase = arena.allocate(1024, 16)
const binding = { views, library: implementation, constants: [], scratchBase }
const block: Variable = { id: 1, role: 'in', type: 'i32', mutable: false }
const resultOffset = 15 * 16

/** run(in): calls the function on cells of 16 bytes and stores what it gives; parameters in `constants` stand in the code. */
function moduleOf(name: LibraryName, constants: ReadonlyMap<number, number>): ModuleIr {
  const { parameters, result } = signatureOf(name)
  const passed = parameters.map((type, index) => {
    const constant = constants.get(index)
    return constant === undefined
      ? load(type === 'i1' ? 'bool' : type, local(block), { offset: 16 * index })
      : constI32(constant)
  })
  const body = [
    store(result === 'i1' ? 'bool' : (result ?? 'i32'), local(block), library(name, passed), { offset: resultOffset }),
  ]
  const run = { name: 'run', parameters: [block], result: null, body }
  return { name: 'native_0', functions: [run], exports: ['run'], constantCount: 0, scratchSizeBytes: 0 }
}

/** The result's bytes and the fault; the result is nothing after a fault. */
function outcome(name: LibraryName, run: ((at: number) => number) | undefined): string {
  views.i64.fill(0n, (cells + resultOffset) >> 3, ((cells + resultOffset) >> 3) + 2)
  views.i32[faultAddress >> 2] = 0
  run?.(cells)
  const fault = views.i32[faultAddress >> 2]
  const isFault = signatureOf(name).fallible && fault !== 0
  return isFault
    ? `fault ${fault}`
    : `${views.i64[(cells + resultOffset) >> 3]} ${views.i64[((cells + resultOffset) >> 3) + 1]} ${fault}`
}

const power = (digits: number): bigint => 10n ** BigInt(digits)
const nearPower = fc
  .tuple(fc.nat(38), fc.integer({ min: -2, max: 2 }), fc.boolean())
  .map(([digits, more, isNegative]) => (isNegative ? -1n : 1n) * (power(digits) + BigInt(more)))
const wide = fc.oneof(
  nearPower,
  fc.bigInt({ min: -power(38) + 1n, max: power(38) - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  fc.integer().map(BigInt),
)
const short = fc.oneof(
  nearPower.map((value) => value % power(18)),
  fc.bigInt({ min: -power(18) + 1n, max: power(18) - 1n }),
  fc.integer({ min: -20, max: 20 }).map(BigInt),
)
const word = fc.oneof(short, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\0', 'é'), maxLength: 40 })

/** Fills the cell of a parameter. */
function put(type: LibraryType, index: number, value: bigint): void {
  const at = (cells + 16 * index) >> 3
  views.i64[at] = BigInt.asIntN(64, value)
  views.i64[at + 1] = type === 'i128' ? BigInt.asIntN(64, value >> 64n) : 0n
}

function agree(name: LibraryName, constants: ReadonlyMap<number, number>): void {
  const module = moduleOf(name, constants)
  const native = loadCompiled(module, binding, { optimize: 1 })['run']
  expect(outcome(name, native)).toBe(outcome(name, instantiateInterpreter(module, binding)['run']))
}

const decimalNames = [...nativeFunctions.keys()].filter((name) => name.startsWith('decimal')) as LibraryName[]

describe('native functions do what the library does', () => {
  it.each(decimalNames)('%s', (name) => {
    const { parameters } = librarySignatures[name]
    const digits = name.startsWith('decimal64') ? 18 : 38
    const operands = fc.array(name.startsWith('decimal64') ? short : name === 'decimal_from_u64' ? word : wide, {
      minLength: parameters.length,
      maxLength: parameters.length,
    })
    const scale = fc.integer({ min: name.endsWith('rescale') ? -18 : 0, max: 18 })
    fc.assert(
      fc.property(operands, fc.tuple(scale, scale), fc.nat(digits), (values, scales, precision) => {
        const constants = new Map<number, number>()
        for (const [index, type] of parameters.entries()) {
          if (type === 'i32')
            constants.set(index, index === parameters.length - 1 ? precision : (scales[constants.size] ?? 0))
          else put(type, index, values[index] ?? 0n)
        }
        agree(name, constants)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60), seed: 4 },
    )
  })

  it.each(['timestamp_add', 'timestamp_subtract'] as const)('%s', (name) => {
    const interval = arena.allocate(16, 16)
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })
    const days = fc.oneof(fc.integer(), fc.integer({ min: -5000, max: 5000 }))
    fc.assert(
      fc.property(micros, fc.tuple(fc.integer({ min: -1, max: 1 }), days, word), (at, [months, dayCount, rest]) => {
        views.i32.set([months, dayCount], interval >> 2)
        views.i64[(interval >> 3) + 1] = rest
        put('i64', 0, at)
        put('i32', 1, BigInt(interval))
        agree(name, new Map())
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60), seed: 4 },
    )
  })

  const stringNames = [...nativeFunctions.keys()].filter((name) => name.startsWith('string')) as LibraryName[]

  it.each(stringNames)('%s', (name) => {
    fc.assert(
      fc.property(letters, letters, fc.boolean(), (first, tail, isRelated) => {
        const second = isRelated
          ? name === 'string_ends_with'
            ? first.slice(-tail.length)
            : name === 'string_contains'
              ? first.slice(tail.length >> 1, -tail.length >> 2)
              : first.slice(0, tail.length) + tail.slice(0, 1)
          : tail
        const texts = new Arena(memory.pages, 2)
        const [x, y] = loadConstants(
          [first, second].map((text) => ({ kind: 'view', bytes: new TextEncoder().encode(text) }) as const),
          { views, arena: texts, registerPattern: () => 0 },
        )
        put('i32', 0, BigInt(x ?? 0))
        put('i32', 1, BigInt(y ?? 0))
        agree(name, new Map())
        texts.free()
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60), seed: 4 },
    )
  })
})
