import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCompiled } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { inputBase, makeBinding } from '../../test/support/kernel/test-memory.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import {
  addWide,
  binary,
  constI32,
  constI64,
  forRange,
  ifThen,
  letVariable,
  load,
  local,
  scratch,
  store,
  unary,
} from '../kernel/build.ts'
import type { ModuleIr, Statement, Variable } from '../kernel/ir.ts'
import type { MemoryType } from '../../runtime/abi/library.ts'
import { planSums } from './sum-plan.ts'

const binding = makeBinding()
const { views } = binding

const variable = (id: number, role: string, type: Variable['type'] = 'i32'): Variable => ({
  id,
  role,
  type,
  mutable: false,
})
const [input, count, table, row, group] = [
  variable(0, 'in'),
  variable(1, 'count'),
  variable(2, 'table'),
  variable(3, 'i'),
  variable(4, 'group'),
]
const [short, wide, low] = [variable(5, 'in', 'i64'), variable(6, 'in', 'i128'), variable(7, 'low', 'i64')]
const [int, extended] = [variable(8, 'in', 'i32'), variable(9, 'value', 'i64')]
const [maybe, isThere] = [variable(10, 'in', 'i64'), variable(11, 'valid', 'i1')]
const [wideIsThere, intIsThere] = [variable(12, 'valid', 'i1'), variable(13, 'valid', 'i1')]
/** Columns of 16 rows. */
const offsets = { short: 0, wide: 128, int: 384, maybe: 448, isThere: 576, wideIsThere: 592, intIsThere: 608 } as const
const tableBase = inputBase + 1024
const groupBase = inputBase + 1088
const stateWords = 20

function increment(offset: number): Statement {
  return store('i64', local(group), binary('add', load('i64', local(group), { offset }), constI64(1n)), { offset })
}

function setFlag(flag: number): Statement {
  return store('i32', local(group), binary('or', load('i32', local(group), { offset: 4 }), constI32(flag)), {
    offset: 4,
  })
}

function column(of: Variable, memory: MemoryType, offset: number): Statement {
  return letVariable(of, load(memory, local(input), { offset, index: local(row) }))
}

/** Sums of both halves of a 128-bit value, the low ones as unsigned words. */
function addHalves(offset: number): readonly Statement[] {
  return [
    store('i128', scratch(0), local(wide)),
    letVariable(low, load('i64', scratch(0))),
    addWide(local(group), local(low), { offset }),
    ifThen(binary('lt_s', local(low), constI64(0n)), [increment(offset + 8)]),
    addWide(local(group), load('i64', scratch(0), { offset: 8 }), { offset: offset + 16 }),
  ]
}

/** What SELECT sum(a), sum(d), count(*) does with a block. */
const plainStatements: readonly Statement[] = [
  column(short, 'i64', offsets.short),
  addWide(local(group), local(short), { offset: 8 }),
  column(wide, 'i128', offsets.wide),
  ...addHalves(24),
  increment(56),
  setFlag(4),
]

/** The same, and sums and counts of columns that may be NULL. */
const nullableStatements: readonly Statement[] = [
  ...plainStatements.slice(0, 2),
  column(int, 'i32', offsets.int),
  column(intIsThere, 'bool', offsets.intIsThere),
  letVariable(extended, unary('i64_from_i32_s', local(int))),
  ifThen(local(intIsThere), [addWide(local(group), local(extended), { offset: 64 }), setFlag(8)]),
  column(maybe, 'i64', offsets.maybe),
  column(isThere, 'bool', offsets.isThere),
  ifThen(local(isThere), [addWide(local(group), local(maybe), { offset: 80 }), increment(96), setFlag(16)]),
  increment(56),
]

const column128: readonly Statement[] = [
  column(wide, 'i128', offsets.wide),
  column(wideIsThere, 'bool', offsets.wideIsThere),
  ifThen(local(wideIsThere), [...addHalves(104), increment(136), setFlag(32)]),
]

const loop = (body: readonly Statement[]): Statement & { readonly kind: 'for' } =>
  forRange({ label: 1, variable: row, from: constI32(0), to: local(count), body }) as Statement & {
    readonly kind: 'for'
  }

function moduleOf(rows: readonly Statement[]): ModuleIr {
  const body = [letVariable(group, binary('add', load('i32', local(table)), constI32(16))), loop(rows)]
  return { ...runModule([input, count, table], body), scratchSizeBytes: 16 }
}

const word = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 1n, 2n ** 32n, -(2n ** 32n)),
)

const row16 = fc.record({
  words: fc.tuple(word, word, word, word),
  int: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
  there: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1)),
})

describe('a loop that adds columns up', () => {
  it.each([
    ['columns that are there', plainStatements],
    ['columns of pairs that may be NULL', nullableStatements],
    ['a 128-bit column that may be NULL', column128],
    ['all of them', [...nullableStatements, ...column128]],
  ])('leaves the group as row by row, for all values and numbers of rows: %s', (_, statements) => {
    const compiled = loadCompiled(moduleOf(statements), binding)['run']
    const interpreted = instantiateInterpreter(moduleOf(statements), binding)['run']
    const rows = fc.array(row16, { maxLength: 16 })
    fc.assert(
      fc.property(rows, fc.array(word, { minLength: stateWords, maxLength: stateWords }), (values, state) => {
        const after = (run: typeof compiled): string => {
          views.i32[tableBase >> 2] = groupBase - 16
          for (const [index, each] of state.entries()) views.i64[(groupBase >> 3) + index] = each
          // bytes behind the rows say whatever was there before
          views.u8.fill(1, inputBase + offsets.isThere, inputBase + offsets.intIsThere + 16)
          for (const [index, each] of values.entries()) {
            const [first, second, third, fourth] = each.words
            const wideAt = ((inputBase + offsets.wide) >> 3) + 2 * index
            views.i64[((inputBase + offsets.short) >> 3) + index] = first
            views.i64[wideAt] = second
            views.i64[wideAt + 1] = third
            views.i64[((inputBase + offsets.maybe) >> 3) + index] = fourth
            views.i32[((inputBase + offsets.int) >> 2) + index] = each.int
            for (const [at, valid] of each.there.entries())
              views.u8[inputBase + offsets.isThere + 16 * at + index] = valid
          }
          run?.(inputBase, values.length, tableBase)
          return views.i64.slice(groupBase >> 3, (groupBase >> 3) + stateWords).join(' ')
        }
        expect(after(compiled)).toBe(after(interpreted))
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300), seed: 7 },
    )
  })

  it('is found when it does only that', () => {
    expect(planSums(loop(plainStatements))).not.toBeNull()
    expect(planSums(loop([...nullableStatements, ...column128]))).not.toBeNull()
    const early = ifThen(binary('lt_s', local(short), constI64(0n)), [{ kind: 'continue', label: 1 }])
    for (const [index] of plainStatements.entries()) {
      const others = plainStatements.toSpliced(index + 1, 0, early)
      expect(planSums(loop(others)), `a row that leaves after statement ${index}`).toBeNull()
    }
    expect(planSums(loop([...plainStatements, store('i64', local(group), constI64(1n), { offset: 64 })]))).toBeNull()
    const twice = [...nullableStatements, addWide(local(group), local(maybe), { offset: 144 })]
    expect(planSums(loop(twice)), 'a value that is added whether it is there or not').toBeNull()
  })
})
