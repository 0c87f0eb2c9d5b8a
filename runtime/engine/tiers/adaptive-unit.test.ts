import { describe, expect, it } from 'vitest'
import { AdaptiveUnit } from './adaptive-unit.ts'

/** Kernels that take so many milliseconds of a clock per row. */
function makeUnit(millisPerRow: { readonly javascript: number; readonly wasm: number }) {
  const calls: string[] = []
  const events: string[] = []
  let clock = 0
  const kernelOf = (tier: 'javascript' | 'wasm') => ({
    run: (_block: number, count = 0) => {
      calls.push(tier)
      clock += count * millisPerRow[tier]
      return count
    },
  })
  const unit = new AdaptiveUnit(
    { tier: 'javascript', exports: kernelOf('javascript') },
    {
      onHot: () => events.push('hot'),
      onDeoptimised: () => events.push('deoptimised'),
      nowMillis: () => clock,
      hotMillis: 1500,
    },
  )
  const run = (times: number): void => {
    for (let call = 0; call < times; call++) unit.exports['run']?.(0, 1000)
  }
  return { unit, run, calls, events, wasm: kernelOf('wasm') as never }
}

describe('a unit under adaptive warm-up', () => {
  it('asks for a better tier once, when it has proved hot', () => {
    const { run, events } = makeUnit({ javascript: 0.01, wasm: 0.005 })
    run(100)
    expect(events).toEqual([])
    run(400)
    expect(events).toEqual(['hot'])
  })

  it('stays cold when it has little to do', () => {
    const { run, events } = makeUnit({ javascript: 0.000_001, wasm: 0.000_001 })
    run(2000)
    expect(events).toEqual([])
  })

  it('runs in WebAssembly from the next call on, and stays there when that is faster', () => {
    const { unit, run, calls, events, wasm } = makeUnit({ javascript: 0.01, wasm: 0.005 })
    run(300)
    unit.promote(wasm)
    calls.length = 0
    run(500)
    expect(new Set(calls)).toEqual(new Set(['wasm']))
    expect(unit.tier).toBe('wasm')
    expect(events).toEqual(['hot'])
  })

  it('goes back for good when WebAssembly is slower', () => {
    const { unit, run, calls, events, wasm } = makeUnit({ javascript: 0.01, wasm: 0.012 })
    run(300)
    unit.promote(wasm)
    run(500)
    expect(events).toEqual(['hot', 'deoptimised'])
    calls.length = 0
    run(500)
    expect(new Set(calls)).toEqual(new Set(['javascript']))
  })
})
