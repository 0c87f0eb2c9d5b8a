/**
 * The compile thread: makes WebAssembly of units that have proved hot. Under tier `auto` no other thread loads Binaryen, and this one
 * loads neither planner nor compiler.
 */
import { parentPort } from 'node:worker_threads'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { must } from '../../../sql/base/assert.ts'
import { compileWasm } from '../../worker/compile-wasm.ts'
import type { CompileRequest, CompileResponse } from './compile-message.ts'

const port = must(parentPort, 'a worker thread')
const toolkit = await loadToolkit()

port.on('message', ({ id, kernel, effort }: CompileRequest) => {
  const start = performance.now()
  try {
    const bytes = emitWasmUnit(toolkit, kernel, effort === 'quick' ? { optimize: 0 } : {})
      .bytes as Uint8Array<ArrayBuffer>
    // whole: what is left out would be compiled in the thread that runs the query, 0.7 ms for a decoder
    const module = compileWasm(bytes, 'whole')
    send({ id, kind: 'compiled', module, bytes, millis: performance.now() - start })
  } catch (error) {
    send({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})

function send(response: CompileResponse): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(response)
}
