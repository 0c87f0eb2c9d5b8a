import { describe, expect, it } from 'vitest'
import { loadCompiled, toolkit } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { areaOffsets, inputBase, makeBinding, traceAddress } from '../../test/support/kernel/test-memory.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import {
  binary,
  constI32,
  continueLoop,
  doCall,
  forRange,
  ifThen,
  letVariable,
  library,
  load,
  local,
  store,
} from '../kernel/build.ts'
import type { Statement, Variable } from '../kernel/ir.ts'
import { printWasmUnit } from './print.ts'
import { findRareExits } from './rare-exits.ts'

const binding = makeBinding()
const { views } = binding
const variable = (id: number, role: string): Variable => ({ id, role, type: 'i32', mutable: false })
const [input, count, row, value] = [variable(1, 'in'), variable(2, 'count'), variable(3, 'i'), variable(4, 'value')]
const label = 1

const leave = (site: number): readonly Statement[] => [
  doCall(library('row_error', [constI32(site), local(row)])),
  continueLoop(label),
]

/** Doubles values in place; those below 0 and those above 100 are errors. */
function loopOf(below: readonly Statement[] = leave(1)): Statement & { readonly kind: 'for' } {
  const place = { offset: areaOffsets.i32, index: local(row) }
  const body = [
    letVariable(value, load('i32', local(input), place)),
    ifThen(binary('lt_s', local(value), constI32(0)), below),
    ifThen(binary('gt_s', local(value), constI32(100)), leave(2)),
    store('i32', local(input), binary('add', local(value), local(value)), place),
  ]
  const loop = forRange({ label, variable: row, from: constI32(0), to: local(count), body })
  if (loop.kind !== 'for') throw new TypeError('a loop')
  return loop
}

describe('rows that fail', () => {
  it('leave the loop, which goes on behind them: first, last, one after the other, all', () => {
    const module = runModule([input, count], [loopOf()])
    const compiled = loadCompiled(module, binding)['run']
    const interpreted = instantiateInterpreter(module, binding)['run']
    const at = (inputBase + areaOffsets.i32) >> 2
    for (const values of [[], [-1], [101, 5], [5, -1], [1, -1, 200, -1, 2], [-1, 101, -1], [1, 2, 3]]) {
      const after = [compiled, interpreted].map((run) => {
        views.i64[traceAddress >> 3] = 0n
        views.i32.fill(7, at, at + 8)
        views.i32.set(values, at)
        run?.(inputBase, values.length)
        return [...views.i32.slice(at, at + 8), views.i64[traceAddress >> 3]]
      })
      expect(after[0], values.join()).toEqual(after[1])
    }
  })

  it('do so only by calls and only out of their own loop', () => {
    expect(findRareExits(loopOf())?.exits.length).toBe(2)
    expect(findRareExits(loopOf([continueLoop(label)]))?.exits.length).toBe(1)
    expect(findRareExits(loopOf([...leave(1).slice(0, 1), continueLoop(9)]))?.exits.length).toBe(1)
  })

  it('are reported outside of the loop', () => {
    const { text } = printWasmUnit(toolkit, runModule([input, count], [loopOf()]), [])
    const inner = text.slice(text.lastIndexOf('(loop'))
    expect(inner.indexOf('i32.store')).toBeGreaterThan(0)
    expect(inner.indexOf('call $library_row_error')).toBeGreaterThan(inner.indexOf('i32.store'))
  })
})
