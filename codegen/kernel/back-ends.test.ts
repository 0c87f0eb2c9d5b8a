import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadUnit } from '../../runtime/worker/load.ts'
import { fillViews, inputBase, makeBinding, outputBase, snapshot } from '../../test/support/kernel/test-memory.ts'
import { randomModule, randomProjection } from '../../test/support/kernel/random-module.ts'
import { assembleUnit } from '../artifact/assemble-unit.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import type { ModuleIr } from './ir.ts'
import { printModule } from './print.ts'
import { stageModule } from './stages/stage-module.ts'
import { splitModule } from './split.ts'
import { verifyModule } from './verify.ts'

const binding = makeBinding()
const { views } = binding

function interpreted(module: ModuleIr, seed: number, scratchSizeBytes = module.scratchSizeBytes): string {
  fillViews(views, seed)
  const { run } = instantiateInterpreter(module, binding)
  run?.(inputBase, 3, outputBase)
  run?.(inputBase, 300, outputBase)
  return snapshot(views, scratchSizeBytes)
}

function compiled(module: ModuleIr, seed: number, scratchSizeBytes = module.scratchSizeBytes): string {
  fillViews(views, seed)
  const unit = assembleUnit(module, { constants: [], spans: [] })
  const { run } = loadUnit({ javascript: unit.javascript, hash: 'test' }, binding)
  run?.(inputBase, 3, outputBase)
  run?.(inputBase, 300, outputBase)
  return snapshot(views, scratchSizeBytes)
}

/** Small enough that random modules are cut into many parts. */
const tinyLimits = { functionSizeBytesMax: 600, partSizeBytesMax: 400 }

const tapes = fc.array(fc.nat({ max: 0xffff }), { minLength: 200, maxLength: 1200, size: 'max' })
const runs = { numRuns: Number(process.env['RUNS'] ?? 150) }

describe('back ends on random modules', () => {
  it('generates modules that the verifier accepts', () => {
    fc.assert(
      fc.property(tapes, (tape) => {
        expect(() => verifyModule(randomModule(tape))).not.toThrow()
      }),
      runs,
    )
  })

  it('interpreter and JavaScript leave the same bytes', () => {
    fc.assert(
      fc.property(tapes, fc.nat({ max: 50 }), (tape, seed) => {
        const module = randomModule(tape)
        expect(compiled(module, seed), printModule(module)).toBe(interpreted(module, seed))
      }),
      runs,
    )
  })

  it('a module and its split form leave the same bytes, in both back ends', () => {
    fc.assert(
      fc.property(tapes, fc.nat({ max: 50 }), (tape, seed) => {
        const module = randomModule(tape)
        const split = splitModule(module, tinyLimits)
        expect(() => verifyModule(split)).not.toThrow()
        const expected = interpreted(module, seed)
        expect(interpreted(split, seed, module.scratchSizeBytes), printModule(split)).toBe(expected)
        expect(compiled(split, seed, module.scratchSizeBytes), printModule(split)).toBe(expected)
      }),
      runs,
    )
  })

  it('a projection and its form in stages leave the same bytes, in both back ends', () => {
    let stagedCount = 0
    fc.assert(
      fc.property(tapes, fc.nat({ max: 50 }), (tape, seed) => {
        const module = randomProjection(tape)
        const staged = stageModule(module, { functionSizeBytesMax: 600, stageSizeBytesMax: 500 })
        if (staged !== module && printModule(staged) !== printModule(module)) stagedCount += 1
        const split = splitModule(staged, tinyLimits)
        expect(() => verifyModule(split)).not.toThrow()
        const expected = interpreted(module, seed)
        expect(interpreted(staged, seed, module.scratchSizeBytes), printModule(staged)).toBe(expected)
        expect(compiled(staged, seed, module.scratchSizeBytes), printModule(staged)).toBe(expected)
        expect(compiled(split, seed, module.scratchSizeBytes), printModule(split)).toBe(expected)
      }),
      runs,
    )
    expect(stagedCount).toBeGreaterThan(10)
  })
})
