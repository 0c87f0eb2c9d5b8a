import { describe, expect, it } from 'vitest'
import type { Unit } from '../../abi/artifact.ts'
import type { LoadedUnit } from '../../dataflow/graph.ts'
import { silentLogger } from '../options.ts'
import type { CompiledUnit } from './compile-message.ts'
import { TierManager } from './tier-manager.ts'

const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
const compiled: CompiledUnit = { module: new WebAssembly.Module(emptyModule), bytes: emptyModule, millis: 5 }

/** A manager over a clock, a compiler that answers when told, and units that take what `slice` says. */
function makeManager(
  options: { readonly ready?: WebAssembly.Module; readonly cpuShare?: number; readonly coreCount?: number } = {},
) {
  const { cpuShare = 1 } = options
  let clock = 0
  let remaining: number | null = null
  const rows = new Map<LoadedUnit, number>()
  const looked: string[] = []
  const requests: { readonly effort: string; readonly answer: PromiseWithResolvers<CompiledUnit> }[] = []
  const kept: CompiledUnit[] = []
  const compiler = {
    running: false,
    compile: (_kernel: unknown, effort: string) => {
      compiler.running = true
      const answer = Promise.withResolvers<CompiledUnit>()
      requests.push({ effort, answer })
      return answer.promise
    },
    close: () => {},
  }
  const kernelOf = (factor: number) => ({
    run: (millis = 0, count = 0) => {
      clock += millis * factor
      return count
    },
  })
  const manager = new TierManager({
    first: 'javascript',
    hotMillis: 700,
    coreCount: options.coreCount ?? 2,
    keeps: 'faster',
    loader: { load: () => kernelOf(1), loadWasm: () => kernelOf(0.5) },
    compiler,
    modules: {
      readyModule: (unit) => {
        looked.push(unit.name)
        return options.ready ?? null
      },
      keepModule: (_unit, unit) => kept.push(unit),
    },
    rowsSeen: () => (unit) => rows.get(unit) ?? 0,
    logger: silentLogger,
    nowMillis: () => clock,
    cpuMillis: () => clock * cpuShare,
  })
  const open = (name: string): LoadedUnit => {
    const loaded: LoadedUnit = {
      owner: name,
      unit: { name } as Unit,
      binding: { constants: [], scratch: 0 },
      entries: { run: { kernel: kernelOf(1).run } },
    }
    manager.onLoaded(loaded)
    return loaded
  }
  const slices = (count: number, work: ReadonlyMap<LoadedUnit, number>): void => {
    for (let index = 0; index < count; index++) {
      manager.beforeSlice(() => remaining)
      for (const [loaded, millis] of work) {
        loaded.entries['run']?.kernel(millis, 1000)
        rows.set(loaded, (rows.get(loaded) ?? 0) + 1000)
      }
    }
  }
  /** As if the sources knew their end: so many times what has been read is still to come. */
  const setRemaining = (times: number): void => void (remaining = times)
  return { manager, open, slices, requests, kept, looked, setRemaining }
}

/** The next unit is asked for when the one before has been exchanged. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => void setImmediate(() => void setImmediate(() => resolve())))

describe('the tier manager', () => {
  it('compiles nothing for a short query', () => {
    const { open, slices, requests } = makeManager()
    slices(60, new Map([[open('a'), 10]]))
    expect(requests).toEqual([])
  })

  it('does not count the time in which others had the processor', () => {
    const { open, slices, requests } = makeManager({ cpuShare: 0.25 })
    const work = new Map([[open('a'), 10]])
    slices(200, work)
    expect(requests).toEqual([])
    slices(100, work)
    expect(requests).toHaveLength(1)
  })

  it('compiles nothing for an input that will soon have been read, however long that took', () => {
    const { open, slices, requests, setRemaining } = makeManager()
    setRemaining(0.5)
    slices(200, new Map([[open('a'), 10]]))
    expect(requests).toEqual([])
  })

  it('compiles early when enough of an input is left to pay for it', () => {
    const { open, slices, requests, setRemaining } = makeManager()
    const work = new Map([[open('a'), 10]])
    setRemaining(5.5)
    slices(21, work)
    expect(requests).toEqual([])
    slices(5, work)
    expect(requests).toHaveLength(1)
  })

  it('compiles earlier still when very much is left: code that V8 has not optimised promises too much', () => {
    const { open, slices, requests, setRemaining } = makeManager()
    const work = new Map([[open('a'), 10]])
    setRemaining(100)
    slices(9, work)
    expect(requests).toEqual([])
    slices(3, work)
    expect(requests).toHaveLength(1)
  })

  it('wants more to be left where the compiler has no core of its own', () => {
    const requestsOn = (coreCount: number): number => {
      const { open, slices, requests, setRemaining } = makeManager({ coreCount })
      setRemaining(2)
      slices(100, new Map([[open('a'), 10]]))
      return requests.length
    }
    expect([1, 2].map(requestsOn)).toEqual([0, 1])
  })

  it('judges later where the compiler has no core of its own: V8 is late there, too', () => {
    const { open, slices, requests, setRemaining } = makeManager({ coreCount: 1 })
    const work = new Map([[open('a'), 10]])
    setRemaining(4.5)
    slices(60, work)
    expect(requests).toEqual([])
    slices(20, work)
    expect(requests).toHaveLength(1)
  })

  it('compiles the units where the time goes, once they have run long enough together, one after the other', async () => {
    const { manager, open, slices, requests } = makeManager()
    const [hot, warm, idle] = [open('hot'), open('warm'), open('idle')]
    slices(
      100,
      new Map([
        [hot, 6],
        [warm, 3],
        [idle, 0.1],
      ]),
    )
    expect(requests.map(({ effort }) => effort)).toEqual(['quick'])
    expect(manager.statusOf(hot).reason).toBe('hot: WebAssembly is being compiled')
    expect(manager.statusOf(warm).reason).toBe('hot: WebAssembly is being compiled')
    expect(manager.statusOf(idle).reason).toMatch('not hot')
    requests[0]?.answer.resolve(compiled)
    await requests[0]?.answer.promise
    expect(manager.statusOf(hot).tier).toBe('wasm')
    expect(requests).toHaveLength(1)
    await nextTurn()
    expect(requests).toHaveLength(2)
  })

  it('asks for nothing more when it has been closed', async () => {
    const { manager, open, slices, requests } = makeManager()
    slices(
      100,
      new Map([
        [open('a'), 6],
        [open('b'), 3],
      ]),
    )
    manager.close()
    requests[0]?.answer.reject(new Error('closed'))
    await nextTurn()
    expect(requests).toHaveLength(1)
  })

  it('swaps, compares, and has what stays compiled with more effort', async () => {
    const { manager, open, slices, requests, kept } = makeManager()
    const hot = open('hot')
    slices(100, new Map([[hot, 10]]))
    requests[0]?.answer.resolve(compiled)
    await requests[0]?.answer.promise
    await nextTurn()
    expect(manager.statusOf(hot).tier).toBe('wasm')
    slices(40, new Map([[hot, 10]]))
    expect(manager.statusOf(hot).reason).toBe('hot: WebAssembly takes 0.50 of the time of javascript')
    expect(requests.map(({ effort }) => effort)).toEqual(['quick', 'best'])
    requests[1]?.answer.resolve(compiled)
    await requests[1]?.answer.promise
    expect(kept).toEqual([compiled])
    expect(manager.metrics()).toMatchObject({
      compiles: 2,
      compileMillis: 10,
      codeBytes: 16,
      swaps: 2,
      deoptimisations: 0,
    })
  })

  it('leaves a unit that cannot be compiled where it is, and says why', async () => {
    const { manager, open, slices, requests } = makeManager()
    const hot = open('hot')
    slices(100, new Map([[hot, 10]]))
    requests[0]?.answer.reject(new Error('no room'))
    await requests[0]?.answer.promise.catch(() => {})
    await Promise.resolve()
    expect(manager.statusOf(hot)).toMatchObject({
      tier: 'javascript',
      reason: 'WebAssembly cannot be compiled: no room',
    })
    expect(manager.metrics()).toMatchObject({ compiles: 0, compileFailures: 1 })
    slices(400, new Map([[hot, 10]]))
    expect(requests).toHaveLength(1)
  })

  it('goes on in what it has when better code cannot be made', async () => {
    const { manager, open, slices, requests } = makeManager()
    const hot = open('hot')
    slices(100, new Map([[hot, 10]]))
    requests[0]?.answer.resolve(compiled)
    await requests[0]?.answer.promise
    await nextTurn()
    slices(40, new Map([[hot, 10]]))
    requests[1]?.answer.reject(new Error('no room'))
    await requests[1]?.answer.promise.catch(() => {})
    await Promise.resolve()
    expect(manager.statusOf(hot)).toMatchObject({
      tier: 'wasm',
      reason: 'hot: WebAssembly takes 0.50 of the time of javascript',
    })
    expect(manager.metrics()).toMatchObject({ compiles: 1, compileFailures: 1 })
  })

  it('forgets a unit that was taken out while it was compiled', async () => {
    const { manager, open, slices, requests } = makeManager()
    const hot = open('hot')
    slices(100, new Map([[hot, 10]]))
    manager.onUnloaded(hot)
    requests[0]?.answer.resolve(compiled)
    await requests[0]?.answer.promise
    expect(manager.metrics()).toMatchObject({ compiles: 1, swaps: 0 })
  })

  it('uses a module that is there without compiling, and soon', () => {
    const { manager, open, slices, requests } = makeManager({ ready: compiled.module })
    const unit = open('a')
    slices(4, new Map([[unit, 10]]))
    expect(manager.statusOf(unit).tier).toBe('wasm')
    expect(requests).toEqual([])
  })

  it('looks for such a module once, and not for a unit that does nothing', () => {
    const { open, slices, looked } = makeManager()
    slices(
      50,
      new Map([
        [open('busy'), 10],
        [open('idle'), 0.01],
      ]),
    )
    expect(looked).toEqual(['busy'])
  })

  it('does not measure most slices of a query that has settled', () => {
    const { open, slices } = makeManager()
    const unit = open('a')
    const plain = unit.entries['run']?.kernel
    let direct = 0
    for (let index = 0; index < 216; index++) {
      slices(1, new Map([[unit, 0.1]]))
      if (unit.entries['run']?.kernel === plain) direct++
    }
    expect(direct).toBe(150)
  })
})
