import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCompiled } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { areaOffsets, fillViews, inputBase, makeBinding, snapshot } from '../../test/support/kernel/test-memory.ts'
import { randomModule } from '../../test/support/kernel/random-module.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import { load, local, store, unary } from '../kernel/build.ts'
import type { ModuleIr, Variable } from '../kernel/ir.ts'
import { printModule } from '../kernel/print.ts'
import type { OptimizeLevel } from './module.ts'

const binding = makeBinding()
const { views } = binding

function interpreted(module: ModuleIr, seed: number): string {
  fillViews(views, seed)
  const { run } = instantiateInterpreter(module, binding)
  run?.(inputBase, 3)
  run?.(inputBase, 5)
  return snapshot(views, module.scratchSizeBytes)
}

function compiled(module: ModuleIr, seed: number, optimize: OptimizeLevel): string {
  fillViews(views, seed)
  const { run } = loadCompiled(module, binding, { linking: 'imports', optimize })
  run?.(inputBase, 3)
  run?.(inputBase, 5)
  return snapshot(views, module.scratchSizeBytes)
}

const tapes = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: 600, size: 'max' })
const runs = { numRuns: Number(process.env['RUNS'] ?? 100) }

describe('a word that is extended without its sign', () => {
  it('stays unsigned when the optimiser makes one instruction of load and extension', () => {
    const input: Variable = { id: 1, role: 'in', type: 'i32', mutable: false }
    const word = unary('i64_from_i32_u', load('i32', local(input), { offset: areaOffsets.i32 }))
    const module = runModule([input], [store('i64', local(input), word, { offset: areaOffsets.i64 })])
    const { run } = loadCompiled(module, binding)
    views.i32[(inputBase + areaOffsets.i32) / 4] = -1
    run?.(inputBase)
    expect(views.i64[(inputBase + areaOffsets.i64) / 8]).toBe(0xffff_ffffn)
  })
})

describe('WebAssembly on random modules', () => {
  it.each([0, 2] as const)('leaves the same bytes as the interpreter, optimised at level %i', (optimize) => {
    fc.assert(
      fc.property(tapes, fc.nat({ max: 50 }), (tape, seed) => {
        const module = randomModule(tape)
        expect(compiled(module, seed, optimize), printModule(module)).toBe(interpreted(module, seed))
      }),
      runs,
    )
  })
})
