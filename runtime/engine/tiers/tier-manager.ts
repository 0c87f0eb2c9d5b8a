import { Worker } from 'node:worker_threads'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { Unit } from '../../abi/artifact.ts'
import type { UnitExports } from '../../dataflow/graph.ts'
import type { Logger } from '../options.ts'
import { AdaptiveUnit, type RunningTier } from './adaptive-unit.ts'
import type { CompileRequest, CompileResponse } from './compile-message.ts'

/** Counters of adaptive compilation since the database was opened. */
export interface TierMetrics {
  readonly compiles: number
  readonly compileFailures: number
  readonly compileMillis: number
  readonly codeBytes: number
  readonly swaps: number
  readonly deoptimisations: number
}

interface Pending {
  readonly unit: AdaptiveUnit
  instantiate(module: WebAssembly.Module): UnitExports
}

/**
 * Warm-up: units start at once in the first tier; those that prove hot are compiled to WebAssembly by a background thread and
 * exchanged between two calls. The thread is started by the first hot unit and does not keep the process alive.
 */
export class TierManager {
  readonly #logger: Logger
  readonly #hotMillis: number
  /** What the compile worker has been asked for, by request. */
  readonly #pending = new Map<number, Pending>()
  #lastRequest = 0
  #worker: Worker | null = null
  #compiles = 0
  #compileFailures = 0
  #compileMillis = 0
  #codeBytes = 0
  #swaps = 0
  #deoptimisations = 0

  /** `hotMillis`: see AdaptiveEvents. */
  constructor(logger: Logger, hotMillis: number) {
    this.#logger = logger
    this.#hotMillis = hotMillis
  }

  /** The kernels of a unit, to be kept by the graph. */
  open(
    unit: Unit,
    first: { readonly tier: RunningTier; readonly exports: UnitExports },
    instantiate: Pending['instantiate'],
  ): UnitExports {
    const adaptive = new AdaptiveUnit(first, {
      onHot: (hot) => this.#request(unit.kernel as ModuleIr, { unit: hot, instantiate }),
      onDeoptimised: () => this.#deoptimisations++,
      nowMillis: () => performance.now(),
      hotMillis: this.#hotMillis,
    })
    return adaptive.exports
  }

  metrics(): TierMetrics {
    return {
      compiles: this.#compiles,
      compileFailures: this.#compileFailures,
      compileMillis: this.#compileMillis,
      codeBytes: this.#codeBytes,
      swaps: this.#swaps,
      deoptimisations: this.#deoptimisations,
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = null
  }

  #request(kernel: ModuleIr, pending: Pending): void {
    const request: CompileRequest = { id: ++this.#lastRequest, kernel }
    this.#pending.set(request.id, pending)
    this.#worker ??= this.#start()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(request)
  }

  #start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './compile-worker.ts' : './compile-worker.js'
    const worker = new Worker(new URL(file, import.meta.url))
    worker.unref()
    worker.on('message', (response: CompileResponse) => this.#receive(response))
    worker.on('error', (error: Error) =>
      this.#logger.warn(`the compile worker has failed, queries stay in their tier: ${error.message}`),
    )
    return worker
  }

  #receive(response: CompileResponse): void {
    const pending = this.#pending.get(response.id)
    this.#pending.delete(response.id)
    if (pending === undefined) return
    if (response.kind === 'failed') {
      this.#compileFailures++
      this.#logger.warn(`a kernel was not compiled to WebAssembly and stays in its tier: ${response.message}`)
      return
    }
    this.#compiles++
    this.#compileMillis += response.millis
    this.#codeBytes += response.codeBytes
    pending.unit.promote(pending.instantiate(response.module))
    this.#swaps++
  }
}
