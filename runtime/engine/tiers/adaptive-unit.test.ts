import { describe, expect, it } from 'vitest'
import type { Unit } from '../../abi/artifact.ts'
import type { LoadedUnit } from '../../dataflow/graph.ts'
import { AdaptiveUnit, type WarmUpKeeps } from './adaptive-unit.ts'

/** A unit of one kernel that takes so many milliseconds of a clock per row. */
function makeUnit(millisPerRow: { javascript: number; wasm: number }, keeps: WarmUpKeeps = 'faster') {
  const calls: string[] = []
  const events: string[] = []
  let clock = 0
  let rows = 0
  const kernelOf = (tier: 'javascript' | 'wasm') => ({
    run: (_block = 0, count = 0) => {
      calls.push(tier)
      clock += count * millisPerRow[tier]
      return count
    },
  })
  const entry = { kernel: kernelOf('javascript').run }
  const loaded: LoadedUnit = {
    owner: 'q',
    unit: {} as Unit,
    binding: { constants: [], scratch: 0 },
    entries: { run: entry },
  }
  const unit = new AdaptiveUnit(loaded, 'javascript', {
    nowMillis: () => clock,
    keeps,
    onEvent: (event) => events.push(event),
  })
  /** As a slice of the pump: the caller reads the entry at every call. */
  const slice = (how: 'direct' | 'measured' = 'measured'): void => {
    unit.beginSlice(how, rows)
    for (let block = 0; block < 5; block++) loaded.entries['run']?.kernel(0, 1000)
    rows += 5000
    if (how === 'measured') unit.endSlice(rows)
  }
  const slices = (count: number): void => {
    for (let index = 0; index < count; index++) slice()
  }
  const promote = (effort: 'quick' | 'best' = 'quick'): void => {
    unit.compiling()
    unit.promote(kernelOf('wasm'), { effort, millis: 7, codeBytes: 99 })
  }
  return { unit, slice, slices, calls, events, promote, entry, plain: entry.kernel }
}

describe('a unit under adaptive warm-up', () => {
  it('knows how long it has run: by all of its rows, and what a row took in the slices that were measured', () => {
    const { unit, slice } = makeUnit({ javascript: 0.001, wasm: 0.001 })
    slice()
    slice('direct')
    slice('direct')
    unit.beginSlice('measured', 15_000)
    unit.endSlice(15_000)
    expect(unit.workMillis).toBeCloseTo(15)
    expect(unit.status(700).reason).toBe('not hot: has run 15 ms for 15,000 rows, WebAssembly comes after 700 ms')
  })

  it('calls the kernel itself when a slice is not measured', () => {
    const { slice, entry, plain } = makeUnit({ javascript: 0.001, wasm: 0.001 })
    slice()
    expect(entry.kernel).not.toBe(plain)
    slice('direct')
    expect(entry.kernel).toBe(plain)
  })

  it('runs in WebAssembly from the next call on, compares, and stays there when that is faster', () => {
    const { unit, slices, calls, events, promote } = makeUnit({ javascript: 0.01, wasm: 0.005 })
    slices(4)
    promote()
    calls.length = 0
    slices(8)
    expect(new Set(calls)).toEqual(new Set(['wasm']))
    slices(16)
    expect(new Set(calls)).toEqual(new Set(['wasm', 'javascript']))
    expect(events).toEqual(['swapped', 'settled'])
    calls.length = 0
    slices(20)
    expect(new Set(calls)).toEqual(new Set(['wasm']))
    expect(unit.status(700)).toEqual({
      tier: 'wasm',
      reason: 'hot: WebAssembly takes 0.50 of the time of javascript',
      compileMillis: 7,
      codeBytes: 99,
      swaps: 1,
      deoptimisations: 0,
    })
  })

  it('goes on in better code without another comparison', () => {
    const { unit, slices, calls, promote } = makeUnit({ javascript: 0.01, wasm: 0.005 })
    promote()
    slices(24)
    expect(unit.improvable).toBe(true)
    unit.promote({ run: () => void calls.push('better') as never }, { effort: 'best', millis: 3, codeBytes: 80 })
    calls.length = 0
    slices(20)
    expect(new Set(calls)).toEqual(new Set(['better']))
    expect(unit.improvable).toBe(false)
    expect(unit.status(700)).toMatchObject({ swaps: 2, compileMillis: 10, codeBytes: 80 })
  })

  it('goes back when WebAssembly is slower, and says so', () => {
    const { unit, slices, calls, events, promote } = makeUnit({ javascript: 0.01, wasm: 0.012 })
    slices(4)
    promote()
    slices(24)
    expect(events).toEqual(['swapped', 'deoptimised', 'settled'])
    calls.length = 0
    slices(20)
    expect(new Set(calls)).toEqual(new Set(['javascript']))
    expect(unit.status(700)).toMatchObject({
      tier: 'javascript',
      reason: 'WebAssembly takes 1.20 times as long',
      deoptimisations: 1,
    })
  })

  it('goes back, or stays, whatever the comparison finds, where the setting says so', () => {
    const fast = makeUnit({ javascript: 0.01, wasm: 0.005 }, 'never')
    fast.promote()
    fast.slices(24)
    expect(fast.unit.status(700)).toMatchObject({
      tier: 'javascript',
      reason: "WebAssembly takes 0.50 times as long, and SET warm_up_keeps = 'never'",
      deoptimisations: 1,
    })
    const slow = makeUnit({ javascript: 0.01, wasm: 0.1 }, 'always')
    slow.promote()
    slow.slices(24)
    expect(slow.unit.status(700)).toMatchObject({ tier: 'wasm', deoptimisations: 0 })
  })

  it('is compared again with better code, or when it has run much longer, but not for ever', () => {
    const speed = { javascript: 0.01, wasm: 0.012 }
    const { unit, slices, events, promote } = makeUnit(speed)
    promote()
    slices(24)
    promote('best')
    slices(24)
    expect(unit.status(700)).toMatchObject({ swaps: 2, deoptimisations: 2 })
    slices(400)
    expect(unit.status(700)).toMatchObject({ swaps: 3, deoptimisations: 3 })
    speed.wasm = 0.001
    slices(2000)
    expect(unit.status(700)).toMatchObject({ tier: 'javascript', swaps: 3 })
    expect(events.filter((event) => event === 'deoptimised')).toHaveLength(3)
  })
})
