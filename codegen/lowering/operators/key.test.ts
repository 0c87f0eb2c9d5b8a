import { describe, expect, it } from 'vitest'
import { makeTestLibrary, makeViews, outputBase, scratchBase } from '../../../test/support/kernel/test-memory.ts'
import { instantiateInterpreter } from '../../interpreter/instantiate.ts'
import { constI32, load } from '../../kernel/build.ts'
import { ConstantPool } from '../constant-pool.ts'
import { zero } from '../function-builder.ts'
import { ModuleBuilder } from '../module-builder.ts'
import { hashKeys, keyField, makeKey } from './key.ts'
import { StateLayout } from './state-layout.ts'

const keysBase = 65_536
const views = makeViews()

/** Of BIGINT keys. */
function hashesOf(keys: readonly bigint[]): Iterable<number> {
  const module = new ModuleBuilder('spread', new ConstantPool())
  const type = { kind: 'bigint' } as const
  const field = keyField(new StateLayout(), { type, nullable: false })
  const parameters = [{ role: 'count', type: 'i32' }] as const
  module.function({ name: 'hash', parameters, result: null, exported: true }, (builder, [count]) => {
    builder.for(zero, count ?? zero, (row) => {
      const value = { type, value: load('i64', constI32(keysBase), { index: row }), valid: null }
      const hash = hashKeys(builder, [makeKey(builder, field, { value, direct: null })])
      builder.store('i32', { address: constI32(outputBase), index: row }, hash)
    })
  })
  views.i64.set(keys, keysBase >> 3)
  const binding = { views, library: makeTestLibrary(views), constants: [], scratchBase }
  instantiateInterpreter(module.finish().module, binding)['hash']?.(keys.length)
  return views.i32.slice(outputBase >> 2, (outputBase >> 2) + keys.length)
}

/** Slots that are looked at, per key, when the keys are put into a table of so many slots. */
function probesPerKey(keys: readonly bigint[], slots: number): number {
  const taken = new Set<number>()
  let probes = 0
  for (const hash of hashesOf(keys)) {
    let slot = hash & (slots - 1)
    for (probes += 1; taken.has(slot); probes += 1) slot = (slot + 1) & (slots - 1)
    taken.add(slot)
  }
  return probes / keys.length
}

const sequence = (count: number, step: bigint, from = 1000n): readonly bigint[] =>
  Array.from({ length: count }, (_, index) => from + step * BigInt(index))

describe('hashes of numbers', () => {
  it.each([
    [512, 330, 1.1],
    [16_384, 6000, 1.01],
    [16_384, 10_600, 1.01],
  ])('give numbers one after the other slots of their own: %i slots, %i keys', (slots, count, most) => {
    expect(probesPerKey(sequence(count, 1n), slots)).toBeLessThan(most)
    // chance: 1.9, 1.29, 1.93
    expect(probesPerKey(sequence(count, 1n, -1000n), slots)).toBeLessThan(1.3)
  })

  it('spread numbers in other steps as chance does, or better', () => {
    const steps = [2, 3, 7, 10, 64, 100, 1000, 4096, 65_536, 1_000_000, 3_600_000_000, 2 ** 22, 2 ** 32, 2 ** 40]
    for (const step of steps) {
      expect(probesPerKey(sequence(6000, BigInt(step)), 16_384), `in steps of ${step}`).toBeLessThan(1.45)
      expect(probesPerKey(sequence(10_600, BigInt(step)), 16_384), `in steps of ${step}`).toBeLessThan(2.15)
    }
  })
})
