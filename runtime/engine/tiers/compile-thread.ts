import { Worker } from 'node:worker_threads'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { CompiledUnit, CompileEffort, CompileRequest, CompileResponse } from './compile-message.ts'

/** The thread holds some 120 MB; without work for so long it is ended. */
const idleMillisMax = 3000

/** Compiles units beside the queries, in a thread that is started for the first and ends when there has been nothing to do for a while. */
export class CompileThread {
  readonly #pending = new Map<number, PromiseWithResolvers<CompiledUnit>>()
  #lastRequest = 0
  #worker: Worker | null = null
  #idle: NodeJS.Timeout | null = null

  /** It has Binaryen at hand: compiling is cheap now. */
  get running(): boolean {
    return this.#worker !== null
  }

  /** Rejects when the kernel cannot be compiled or the thread fails. Nothing of it keeps the process alive. */
  compile(kernel: ModuleIr, effort: CompileEffort): Promise<CompiledUnit> {
    this.#stayAwake()
    const request: CompileRequest = { id: ++this.#lastRequest, kernel, effort }
    const pending = Promise.withResolvers<CompiledUnit>()
    this.#pending.set(request.id, pending)
    this.#worker ??= this.#start()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(request)
    return pending.promise
  }

  /** What is being compiled is never answered. */
  close(): void {
    this.#stayAwake()
    this.#pending.clear()
    void this.#worker?.terminate()
    this.#worker = null
  }

  #start(): Worker {
    const worker = new Worker(new URL('./compile-worker.ts', import.meta.url))
    worker.unref()
    worker.on('message', (response: CompileResponse) => this.#receive(response))
    worker.on('error', (error: Error) => this.#fail(worker, error))
    return worker
  }

  #receive(response: CompileResponse): void {
    const pending = this.#pending.get(response.id)
    this.#pending.delete(response.id)
    if (response.kind === 'compiled') pending?.resolve(response)
    else pending?.reject(new Error(response.message))
    if (this.#pending.size > 0) return
    this.#idle = setTimeout(() => this.close(), idleMillisMax)
    this.#idle.unref()
  }

  #stayAwake(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
  }

  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = null
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}
