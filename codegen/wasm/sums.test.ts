import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadWasmUnit } from '../../runtime/worker/load-wasm.ts'
import {
  constantAddresses,
  inputBase,
  makeTestLibrary,
  makeViews,
  scratchBase,
} from '../../test/support/kernel/test-memory.ts'
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
} from '../kernel/build.ts'
import type { ModuleIr, Statement, Variable } from '../kernel/ir.ts'
import { loadToolkit } from './module.ts'
import { planSums } from './sum-plan.ts'
import { emitWasmUnit } from './unit.ts'

const toolkit = await loadToolkit()
const views = makeViews()
const binding = { views, library: makeTestLibrary(views), constants: constantAddresses, scratchBase }

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
const wideOffset = 256
const tableBase = inputBase + 1024
const groupBase = inputBase + 1088

function increment(offset: number): Statement {
  return store('i64', local(group), binary('add', load('i64', local(group), { offset }), constI64(1n)), { offset })
}

/** What SELECT sum(a), sum(d), count(*) does with a block. */
const rowStatements: readonly Statement[] = [
  letVariable(group, binary('add', load('i32', local(table)), constI32(16))),
  letVariable(short, load('i64', local(input), { index: local(row) })),
  addWide(local(group), local(short), { offset: 8 }),
  letVariable(wide, load('i128', local(input), { offset: wideOffset, index: local(row) })),
  store('i128', scratch(0), local(wide)),
  letVariable(low, load('i64', scratch(0))),
  addWide(local(group), local(low), { offset: 24 }),
  ifThen(binary('lt_s', local(low), constI64(0n)), [increment(32)]),
  addWide(local(group), load('i64', scratch(0), { offset: 8 }), { offset: 40 }),
  increment(56),
  store('i32', local(group), binary('or', load('i32', local(group), { offset: 4 }), constI32(4)), { offset: 4 }),
]

const loop = (body: readonly Statement[]): Statement & { readonly kind: 'for' } =>
  forRange({ label: 1, variable: row, from: constI32(0), to: local(count), body }) as Statement & {
    readonly kind: 'for'
  }

function moduleOf(body: readonly Statement[]): ModuleIr {
  const run = { name: 'run', parameters: [input, count, table], result: null, body: [loop(body)] }
  return { name: 'sums_0', functions: [run], exports: ['run'], constantCount: 0, scratchSizeBytes: 16 }
}

const word = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 1n, 2n ** 32n, -(2n ** 32n)),
)

describe('a loop that adds columns up', () => {
  const { bytes } = emitWasmUnit(toolkit, moduleOf(rowStatements))
  const compiled = loadWasmUnit(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), binding)['run']
  const interpreted = instantiateInterpreter(moduleOf(rowStatements), binding)['run']

  it('leaves the group as row by row, for all values and numbers of rows', () => {
    const rows = fc.array(fc.tuple(word, word, word), { maxLength: 16 })
    fc.assert(
      fc.property(rows, fc.array(word, { minLength: 8, maxLength: 8 }), (values, state) => {
        const after = (run: typeof compiled): string => {
          views.i32[tableBase >> 2] = groupBase - 16
          for (const [index, each] of state.entries()) views.i64[(groupBase >> 3) + index] = each
          for (const [index, [first, second, third]] of values.entries()) {
            views.i64[(inputBase >> 3) + index] = first
            views.i64[((inputBase + wideOffset) >> 3) + 2 * index] = second
            views.i64[((inputBase + wideOffset) >> 3) + 2 * index + 1] = third
          }
          run?.(inputBase, values.length, tableBase)
          return views.i64.slice(groupBase >> 3, (groupBase >> 3) + 8).join(' ')
        }
        expect(after(compiled)).toBe(after(interpreted))
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300), seed: 7 },
    )
  })

  it('is found when it does only that', () => {
    expect(planSums(loop(rowStatements))).not.toBeNull()
    const early = ifThen(binary('lt_s', local(short), constI64(0n)), [{ kind: 'continue', label: 1 }])
    for (const [index] of rowStatements.entries()) {
      const others = rowStatements.toSpliced(index + 1, 0, early)
      expect(planSums(loop(others)), `a row that leaves after statement ${index}`).toBeNull()
    }
    expect(planSums(loop([...rowStatements, store('i64', local(group), constI64(1n), { offset: 64 })]))).toBeNull()
  })
})
