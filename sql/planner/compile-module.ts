import { setFlagsFromString } from 'node:v8'

/**
 * Compiles the planner's module, whose bytes must be known to be sound, by their hash: V8 checks each function when it is first called, and ends the
 * process where one is not. All 50,000 at once take 70 ms of processor time; statements need a few thousand. The flag is the
 * process's, so it is set for this one moment. Errors: WebAssembly.CompileError for what is no module.
 */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  setFlagsFromString('--wasm-lazy-validation')
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    setFlagsFromString('--no-wasm-lazy-validation')
  }
}
