/**
 * The compile thread: makes WebAssembly of units. No thread that runs queries loads Binaryen, and this one loads neither planner nor
 * compiler. Requests come from the thread that started it: as messages, or by a port of which it waits for the answer.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import { compileWasm } from '../../worker/compile-wasm.ts'
import type { CompileEffort, CompileRequest, CompileResponse, WaitingCaller } from './compile-message.ts'

const caller = (workerData ?? null) as WaitingCaller | null
const port: Pick<MessagePort, 'on' | 'postMessage'> = caller?.port ?? must(parentPort, 'a worker thread')
const generator = loadGenerator()

port.on('message', (request: CompileRequest) => void answer(request))

/** Whatever goes wrong is an answer: nobody else would hear of it. */
async function answer({ id, kernel, effort }: CompileRequest): Promise<void> {
  try {
    const generate = await generator
    const start = performance.now()
    const bytes = generate(kernel, effort)
    // whole: what is left out would be compiled in the thread that runs the query, 0.7 ms for a decoder
    const module = compileWasm(bytes, 'whole')
    send({ id, kind: 'compiled', module, bytes, millis: performance.now() - start })
  } catch (error) {
    send({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

function send(response: CompileResponse): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(response)
  if (caller === null) return
  Atomics.add(caller.answers, 0, 1)
  Atomics.notify(caller.answers, 0)
}

async function loadGenerator(): Promise<(kernel: ModuleIr, effort: CompileEffort) => Uint8Array<ArrayBuffer>> {
  const [{ loadToolkit }, { emitWasmUnit }] = await Promise.all([
    import('../../../codegen/wasm/module.ts'),
    import('../../../codegen/wasm/unit.ts'),
  ])
  const toolkit = await loadToolkit()
  return (kernel, effort) =>
    emitWasmUnit(toolkit, kernel, effort === 'quick' ? { optimize: 0 } : {}).bytes as Uint8Array<ArrayBuffer>
}
