/** The compile worker: makes WebAssembly of kernels that have proved hot. The only thread that ever loads Binaryen under tier `auto`. */
import { parentPort } from 'node:worker_threads'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { must } from '../../../sql/base/assert.ts'
import type { CompileRequest, CompileResponse } from './compile-message.ts'

const port = must(parentPort, 'a worker thread')
const toolkit = await loadToolkit()

port.on('message', ({ id, kernel }: CompileRequest) => {
  const start = performance.now()
  let response: CompileResponse
  try {
    const { bytes } = emitWasmUnit(toolkit, kernel)
    const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)
    response = { id, kind: 'compiled', module, codeBytes: bytes.length, millis: performance.now() - start }
  } catch (error) {
    response = { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(response)
})
