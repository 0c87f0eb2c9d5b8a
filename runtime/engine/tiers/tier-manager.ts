import { setImmediate } from 'node:timers'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Unit } from '../../abi/artifact.ts'
import type { LoadedUnit } from '../../dataflow/graph.ts'
import type { Logger } from '../options.ts'
import { AdaptiveUnit, type CompileFigures, type UnitEvent, type WarmUpKeeps } from './adaptive-unit.ts'
import type { CompiledUnit, CompileEffort } from './compile-message.ts'
import type { RunningTier, TierStatus } from './running-tier.ts'
import type { TierMetrics, UnitLoader, UnitTiers } from './unit-tiers.ts'

/** The first slices are all measured, later one in so many: what is measured costs two readings of the clock for each block. */
const exactSlices = 16
const sampling = 4
/** Of the time in cold units, this much is compiled; the rest is in units that are hardly worth it. */
const hotShare = 0.9
/** Once Binaryen is there, compiling costs less than half of the first time. */
const runningFactor = 0.4
/** What is left of an input is judged when so much of that time has been spent: before, V8 has optimised nothing, and what is measured promises too much. */
const sureShare = 0.3
/** From this part of that share on, an input is judged of which so many times more is left than would do: it need not wait. */
const earlyShare = 1 / 3
const earlyFactor = 10
/** The same where V8's optimiser and the query take turns on one core: it is late there. */
const sureShareAlone = 1
/** Of what was found about the processor, so much counts one measured slice later. */
const memory = 0.9
/** What is left must take so many times as long as compiling does: WebAssembly saves a third of it or more, seldom less. */
const gainFactor = 1.5
/** The same where the compile thread has no core of its own: the query waits for all that it takes. */
const gainFactorAlone = 4
/** A module that is there already costs nothing but the swap. */
const readyMillis = 20

/** Where WebAssembly comes from. */
export interface UnitCompiler {
  /** Its thread has started: the next unit costs less. */
  readonly running: boolean
  compile(kernel: ModuleIr, effort: CompileEffort): Promise<CompiledUnit>
  close(): void
}

/** Modules that need not be compiled: carried by an artifact, or kept from an earlier deployment. */
export interface ReadyModules {
  /** Asked once for each unit that is in use for a while; may read a file. */
  readyModule(unit: Unit): WebAssembly.Module | null
  keepModule(unit: Unit, compiled: CompiledUnit): void
}

export interface TierManagerParts {
  /** The tier that units are in when they are loaded. */
  readonly first: RunningTier
  /** A program has so long before the compile thread starts: about what that costs. */
  readonly hotMillis: number
  /** How many cores this process may use. */
  readonly coreCount: number
  readonly keeps: WarmUpKeeps
  readonly loader: UnitLoader
  readonly compiler: UnitCompiler
  readonly modules: ReadyModules
  /** Reads the counters of rows: how many each unit has been given. */
  readonly rowsSeen: () => (unit: LoadedUnit) => number
  readonly logger: Logger
  readonly nowMillis: () => number
  /** CPU time of this thread. */
  readonly cpuMillis: () => number
}

/**
 * Warm-up: units start at once in the first tier. How long they have run is the rows that they were given times what a row takes, measured in
 * some slices. When that is as long as compiling takes, or, of an input whose end is known, when enough is left, a thread beside them
 * compiles those where the time goes, and they are exchanged between two slices of the pump.
 */
export class TierManager implements UnitTiers {
  readonly #parts: TierManagerParts
  readonly #units = new Map<LoadedUnit, AdaptiveUnit>()
  /** Units whose module was looked for. */
  readonly #asked = new WeakSet<AdaptiveUnit>()
  #slices = 0
  #measured = false
  /** Of this thread when the slice in hand began. */
  #cpuAtBegin = 0
  /** In the last measured slices: CPU time of the thread, and time in kernels, which is more where others take the processor. */
  #cpuMillis = 0
  #kernelMillis = 0
  #compiles = 0
  #compileFailures = 0
  #compileMillis = 0
  #codeBytes = 0
  #swaps = 0
  #deoptimisations = 0
  #swapMillis = 0
  readonly #requests: { readonly unit: AdaptiveUnit; readonly effort: CompileEffort }[] = []
  #isCompiling = false
  #swapMillisMax = 0

  constructor(parts: TierManagerParts) {
    this.#parts = parts
  }

  onLoaded(loaded: LoadedUnit): void {
    const { first, nowMillis, keeps } = this.#parts
    const onEvent = (event: UnitEvent, unit: AdaptiveUnit): void => this.#take(event, unit)
    this.#units.set(loaded, new AdaptiveUnit(loaded, first, { nowMillis, keeps, onEvent }))
  }

  onUnloaded(loaded: LoadedUnit): void {
    this.#units.delete(loaded)
  }

  beforeSlice(remainingTimes: () => number | null): void {
    const before = this.#measured
    const slice = this.#slices++
    const due = slice < exactSlices || slice % sampling === 0
    if (!before && !due) return
    const rowsOf = this.#parts.rowsSeen()
    const cpuMillis = this.#parts.cpuMillis()
    let watched = false
    let kernelMillis = 0
    for (const unit of this.#units.values()) {
      if (before) kernelMillis += unit.endSlice(rowsOf(unit.loaded))
      watched ||= unit.watched
    }
    if (before) {
      this.#cpuMillis = this.#cpuMillis * memory + cpuMillis - this.#cpuAtBegin
      this.#kernelMillis = this.#kernelMillis * memory + kernelMillis
      this.#compileHot(remainingTimes)
    }
    this.#measured = watched || due
    this.#cpuAtBegin = cpuMillis
    for (const unit of this.#units.values())
      unit.beginSlice(this.#measured ? 'measured' : 'direct', rowsOf(unit.loaded))
  }

  statusOf(loaded: LoadedUnit): TierStatus {
    return must(this.#units.get(loaded), 'a unit in use').status(this.#parts.hotMillis)
  }

  metrics(): TierMetrics {
    return {
      compiles: this.#compiles,
      compileFailures: this.#compileFailures,
      compileMillis: this.#compileMillis,
      codeBytes: this.#codeBytes,
      swaps: this.#swaps,
      deoptimisations: this.#deoptimisations,
      swapMillis: this.#swapMillis,
      swapMillisMax: this.#swapMillisMax,
    }
  }

  close(): void {
    this.#requests.length = 0
    this.#parts.compiler.close()
  }

  #take(event: UnitEvent, unit: AdaptiveUnit): void {
    const { logger, hotMillis } = this.#parts
    if (event === 'swapped') this.#swaps++
    else if (event === 'deoptimised') this.#deoptimisations++
    else {
      logger.debug(`unit ${unit.loaded.unit.name}: ${unit.status(hotMillis).reason}`)
      if (unit.improvable) this.#compile(unit, 'best')
    }
  }

  #compileHot(remainingTimes: () => number | null): void {
    const cold = [...this.#units.values()].filter((unit) => unit.cold)
    let total = 0
    for (const unit of cold) {
      const module = this.#readyModule(unit)
      if (module === null) total += unit.workMillis
      else this.#promote(unit, module, { effort: 'best', millis: 0, codeBytes: 0 })
    }
    if (total === 0 || !this.#pays(total * Math.min(1, this.#cpuMillis / this.#kernelMillis), remainingTimes)) return
    let covered = 0
    for (const unit of cold.toSorted((a, b) => b.workMillis - a.workMillis)) {
      if (covered >= total * hotShare) return
      covered += unit.workMillis
      if (!unit.cold) continue
      unit.compiling()
      this.#compile(unit, 'quick')
    }
  }

  /** Who rents for as much as buying costs has lost at most half, whenever it ends; who knows when it ends need not guess. */
  #pays(workMillis: number, remainingTimes: () => number | null): boolean {
    const { compiler, hotMillis, coreCount } = this.#parts
    const costMillis = compiler.running ? hotMillis * runningFactor : hotMillis
    const [share, factor] = coreCount > 1 ? [sureShare, gainFactor] : [sureShareAlone, gainFactorAlone]
    const sureMillis = costMillis * share
    if (workMillis < sureMillis * earlyShare) return false
    const times = remainingTimes()
    if (times === null) return workMillis >= costMillis
    return workMillis * times >= costMillis * factor * (workMillis < sureMillis ? earlyFactor : 1)
  }

  #readyModule(unit: AdaptiveUnit): WebAssembly.Module | null {
    if (unit.workMillis < readyMillis || this.#asked.has(unit)) return null
    this.#asked.add(unit)
    return this.#parts.modules.readyModule(unit.loaded.unit)
  }

  /** One unit at a time: while the query's thread exchanges one, the compile thread does not compete with it for a core. */
  #compile(unit: AdaptiveUnit, effort: CompileEffort): void {
    this.#requests.push({ unit, effort })
    this.#compileNext()
  }

  #compileNext(): void {
    const request = this.#isCompiling ? undefined : this.#requests.shift()
    if (!request) return
    this.#isCompiling = true
    void this.#compileOne(request.unit, request.effort).finally(() =>
      setImmediate(() => {
        this.#isCompiling = false
        this.#compileNext()
      }),
    )
  }

  async #compileOne(unit: AdaptiveUnit, effort: CompileEffort): Promise<void> {
    const { compiler, modules, logger } = this.#parts
    const { unit: code } = unit.loaded
    logger.debug(
      `unit ${code.name} has run ${Math.round(unit.workMillis)} ms and is compiled to WebAssembly (${effort})`,
    )
    try {
      const { module, bytes, millis } = await compiler.compile(code.kernel as ModuleIr, effort)
      const codeBytes = bytes.length
      this.#compiles++
      this.#compileMillis += millis
      this.#codeBytes += codeBytes
      if (effort === 'best') modules.keepModule(code, { module, bytes, millis })
      if (this.#units.get(unit.loaded) === unit) this.#promote(unit, module, { effort, millis, codeBytes })
    } catch (error) {
      this.#compileFailures++
      const message = error instanceof Error ? error.message : String(error)
      // what runs in quickly made WebAssembly goes on in it
      if (effort === 'quick') unit.failed(message)
      logger.warn(`unit ${code.name} stays in ${unit.status(0).tier}, compiling it (${effort}) failed: ${message}`)
    }
  }

  #promote(unit: AdaptiveUnit, module: WebAssembly.Module, figures: CompileFigures): void {
    const { loader, nowMillis, logger } = this.#parts
    const start = nowMillis()
    unit.promote(loader.loadWasm(unit.loaded, module), figures)
    const millis = nowMillis() - start
    this.#swapMillis += millis
    this.#swapMillisMax = Math.max(this.#swapMillisMax, millis)
    logger.debug(
      `unit ${unit.loaded.unit.name} goes on in WebAssembly: compiled in ${Math.round(figures.millis)} ms, pause ${millis.toFixed(2)} ms`,
    )
  }
}
