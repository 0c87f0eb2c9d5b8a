import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadWasmUnit } from '../../runtime/worker/load-wasm.ts'
import { constantAddresses, fillViews, inputBase, makeTestLibrary, makeViews, scratchBase, snapshot } from '../../test/support/kernel/test-memory.ts'
import { randomModule } from '../../test/support/kernel/random-module.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import type { ModuleIr } from '../kernel/ir.ts'
import { printModule } from '../kernel/print.ts'
import { loadToolkit } from './module.ts'
import type { OptimizeLevel } from './module.ts'
import { emitWasmUnit } from './unit.ts'

const toolkit = await loadToolkit()
const views = makeViews()
const binding = { views, library: makeTestLibrary(views), constants: constantAddresses, scratchBase }

function interpreted(module: ModuleIr, seed: number): string {
  fillViews(views, seed)
  const { run } = instantiateInterpreter(module, binding)
  run?.(inputBase, 3)
  run?.(inputBase, 5)
  return snapshot(views, module.scratchSizeBytes)
}

function compiled(module: ModuleIr, seed: number, optimize: OptimizeLevel): string {
  fillViews(views, seed)
  const { bytes } = emitWasmUnit(toolkit, module, { linking: 'imports', optimize })
  const { run } = loadWasmUnit(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), binding)
  run?.(inputBase, 3)
  run?.(inputBase, 5)
  return snapshot(views, module.scratchSizeBytes)
}

const tapes = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: 600, size: 'max' })
const runs = { numRuns: Number(process.env['RUNS'] ?? 100), seed: Number(process.env['SEED'] ?? 20_261_121) }

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
