import { setFlagsFromString } from 'node:v8'

/**
 * Compiles a unit, wholly or function by function when they are first called. V8 then makes its best code of all of it at once, in a
 * thread of its own, instead of counting calls: kernels are few and small and will be hot, and one that takes a whole block per call
 * is called too seldom to be noticed soon (docs/internals/webassembly-tier.md). Flags are the process's, so they are set for this one
 * moment. Errors: WebAssembly.CompileError.
 */
export function compileWasm(bytes: Uint8Array<ArrayBuffer>, extent: 'whole' | 'lazy'): WebAssembly.Module {
  setFlagsFromString('--no-wasm-dynamic-tiering')
  if (extent === 'whole') setFlagsFromString('--no-wasm-lazy-compilation')
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    setFlagsFromString('--wasm-dynamic-tiering')
    if (extent === 'whole') setFlagsFromString('--wasm-lazy-compilation')
  }
}
