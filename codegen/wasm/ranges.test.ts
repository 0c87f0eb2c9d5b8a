import { describe, expect, it } from 'vitest'
import { loadCompiled, toolkit } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { areaOffsets, inputBase, makeBinding } from '../../test/support/kernel/test-memory.ts'
import { binary, constI32, constI64, letVariable, load, local, store } from '../kernel/build.ts'
import type { ModuleIr, Variable } from '../kernel/ir.ts'
import { printWasmUnit } from './print.ts'

const binding = makeBinding()
const { views } = binding
const input: Variable = { id: 1, role: 'in', type: 'i32', mutable: false }

/** Is the value at the area of `type` outside of the range? */
function rangeModule(type: 'i32' | 'i64', [min, max]: readonly [bigint, bigint]): ModuleIr {
  const value: Variable = { id: 2, role: 'value', type, mutable: false }
  const limit = (bound: bigint) => (type === 'i64' ? constI64(bound) : constI32(Number(bound)))
  const isOutside = binary('or', binary('lt_s', local(value), limit(min)), binary('gt_s', local(value), limit(max)))
  const body = [
    letVariable(value, load(type, local(input), { offset: areaOffsets[type] })),
    store('bool', local(input), isOutside, { offset: areaOffsets.bool }),
  ]
  return runModule([input], body)
}

function edgesOf(bits: bigint, [min, max]: readonly [bigint, bigint]): readonly bigint[] {
  const [least, greatest] = [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
  const near = [min - 1n, min, min + 1n, max - 1n, max, max + 1n, 0n, least, greatest]
  return near.filter((value) => value >= least && value <= greatest)
}

describe('a value outside of a range', () => {
  it.each([
    ['i64', -(2n ** 57n), 2n ** 58n],
    ['i64', -(2n ** 63n), 2n ** 63n - 1n],
    ['i64', 5n, 5n],
    ['i64', 7n, 3n],
    ['i32', -(2n ** 31n), 2n ** 31n - 2n],
    ['i32', -719_162n, 2_932_896n],
  ] as const)('is found at every edge: %s from %i to %i', (type, min, max) => {
    const { run } = loadCompiled(rangeModule(type, [min, max]), binding)
    for (const value of edgesOf(type === 'i64' ? 64n : 32n, [min, max])) {
      if (type === 'i64') views.i64[(inputBase + areaOffsets.i64) >> 3] = value
      else views.i32[(inputBase + areaOffsets.i32) >> 2] = Number(value)
      run?.(inputBase)
      expect(views.u8[inputBase + areaOffsets.bool] === 1, `${value}`).toBe(value < min || value > max)
    }
  })

  it('takes one comparison', () => {
    const { text } = printWasmUnit(toolkit, rangeModule('i64', [-(2n ** 57n), 2n ** 58n]), [])
    expect([...text.matchAll(/i64\.[gl][te]_[su]/g)].map(([found]) => found)).toEqual(['i64.gt_u'])
  })
})
