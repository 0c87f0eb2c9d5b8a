import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { DataError, InternalError } from '../../../sql/base/diagnostic.ts'
import { wasmNotCompilable } from '../../../sql/messages/raise.ts'
import type { CompiledUnit, CompileRequest, CompileResponse, WaitingCaller } from './compile-message.ts'
import { waitForAnswer } from './wait-for-answer.ts'

/** Without work for so long the thread is ended. */
const idleMillisMax = 3000

interface Thread {
  readonly worker: Worker
  readonly port: MessagePort
  readonly answers: Int32Array
}

/**
 * Compiles a unit in a thread, at once: the caller stands still meanwhile. For tier `wasm`, where nothing can run before. The thread is
 * started for the first unit, so whoever finds all of them in a cache never starts it; all databases of a process share it.
 */
export class WaitingCompiler {
  static readonly shared = new WaitingCompiler()
  #thread: Thread | null = null
  #requests = 0
  #idle: NodeJS.Timeout | null = null

  /** @throws DataError wasm_not_compilable */
  compile(kernel: ModuleIr): CompiledUnit {
    this.#thread ??= this.#start()
    const { port, answers } = this.#thread
    const before = Atomics.load(answers, 0)
    const request: CompileRequest = { id: ++this.#requests, kernel, effort: 'best' }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    port.postMessage(request)
    waitForAnswer(answers, before)
    this.#sleepLater()
    const answer: { readonly message: CompileResponse } | undefined = receiveMessageOnPort(port)
    if (answer?.message.id !== request.id) throw new InternalError('the compile thread does not answer')
    const { message: response } = answer
    if (response.kind === 'compiled') return response
    throw new DataError(wasmNotCompilable({ unit: kernel.name, detail: response.message }))
  }

  #start(): Thread {
    const { port1: port, port2 } = new MessageChannel()
    const answers = new Int32Array(new SharedArrayBuffer(4))
    const caller: WaitingCaller = { port: port2, answers }
    const worker = new Worker(new URL('./compile-worker.ts', import.meta.url), {
      workerData: caller,
      transferList: [port2],
    })
    worker.unref()
    port.unref()
    return { worker, port, answers }
  }

  #sleepLater(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      void this.#thread?.worker.terminate()
      this.#thread = null
    }, idleMillisMax)
    this.#idle.unref()
  }
}
