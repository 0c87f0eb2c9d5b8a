import { describe, expect, it } from 'vitest'
import { loadCompiled, toolkit } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { areaOffsets, inputBase, makeBinding } from '../../test/support/kernel/test-memory.ts'
import { binary, letVariable, load, local, store } from '../kernel/build.ts'
import type { Expression, ModuleIr, Variable } from '../kernel/ir.ts'
import { emitWasmUnit } from './unit.ts'

const binding = makeBinding()
const { views } = binding

const variable = (id: number, role: string): Variable => ({ id, role, type: 'i32', mutable: false })

/** Does the key at `i64` equal the one at `i128`? Also keeps its words. */
function keyModule(otherOffset: number): ModuleIr {
  const [input, low, high] = [variable(1, 'in'), variable(2, 'key'), variable(3, 'key')]
  const word = (offset: number): Expression => load('i32', local(input), { offset })
  const equal = binary(
    'and',
    binary('eq', word(areaOffsets.i128), local(low)),
    binary('eq', word(areaOffsets.i128 + otherOffset), local(high)),
  )
  const body = [
    letVariable(low, word(areaOffsets.i64)),
    letVariable(high, word(areaOffsets.i64 + 4)),
    store('bool', local(input), equal, { offset: areaOffsets.i32 }),
    store('i32', local(input), binary('xor', local(low), local(high)), { offset: areaOffsets.i32 + 4 }),
  ]
  return runModule([input], body)
}

function equals(module: ModuleIr, key: bigint, other: bigint): boolean {
  const { run } = loadCompiled(module, binding)
  views.i64[(inputBase + areaOffsets.i64) >> 3] = key
  views.i64[(inputBase + areaOffsets.i128) >> 3] = other
  run?.(inputBase)
  const words = [BigInt.asIntN(32, key), BigInt.asIntN(32, key >> 32n)] as const
  expect(views.i32[(inputBase + areaOffsets.i32 + 4) >> 2]).toBe(Number(words[0] ^ words[1]))
  return views.u8[inputBase + areaOffsets.i32] === 1
}

const key = 0x1234_5678_9abc_def0n

describe('two words side by side', () => {
  it('are compared as one, and are still there as words', () => {
    const module = keyModule(4)
    expect(equals(module, key, key)).toBe(true)
    expect(equals(module, key, key ^ 1n)).toBe(false)
    expect(equals(module, key, key ^ (1n << 40n))).toBe(false)
    expect(equals(module, -key, -key)).toBe(true)
    expect(emitWasmUnit(toolkit, module).bytes.length).toBeLessThan(emitWasmUnit(toolkit, keyModule(0)).bytes.length)
  })

  it('are not one when the other two are no neighbours', () => {
    const module = keyModule(0)
    expect(equals(module, 5n | (5n << 32n), 5n)).toBe(true)
    expect(equals(module, 5n, 5n)).toBe(false)
  })
})
