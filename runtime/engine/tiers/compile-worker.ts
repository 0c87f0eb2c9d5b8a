/**
 * The compile thread: makes WebAssembly of units that have proved hot. Under tier `auto` no other thread loads Binaryen, and this one
 * loads neither planner nor compiler.
 */
import { setFlagsFromString } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { must } from '../../../sql/base/assert.ts'
import type { CompileRequest, CompileResponse } from './compile-message.ts'

const port = must(parentPort, 'a worker thread')
const toolkit = await loadToolkit()

port.on('message', ({ id, kernel, effort }: CompileRequest) => {
  const start = performance.now()
  try {
    const bytes = emitWasmUnit(toolkit, kernel, effort === 'quick' ? { optimize: 0 } : {})
      .bytes as Uint8Array<ArrayBuffer>
    const module = compileWhole(bytes)
    send({ id, kind: 'compiled', module, bytes, millis: performance.now() - start })
  } catch (error) {
    send({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})

/**
 * V8 compiles a function when it is first called, which would be in the thread that runs the query: 0.7 ms for a decoder. So here
 * it is told to compile all of them now; the flag is the process's, so it is set for this one moment.
 */
function compileWhole(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  setFlagsFromString('--no-wasm-lazy-compilation')
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    setFlagsFromString('--wasm-lazy-compilation')
  }
}

function send(response: CompileResponse): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(response)
}
