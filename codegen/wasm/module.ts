import { setFlagsFromString } from 'node:v8'
import type binaryen from 'binaryen'

/**
 * The only file that knows Binaryen. Importing it costs 0.4 s and 100 MB, so it is imported when the first module is made, and
 * only where code is generated: a worker that runs queries never comes here.
 */
export type WasmModule = binaryen.Module
/** A node of a module's code. It may stand in one place only. */
export type Code = binaryen.ExpressionRef
export type WasmType = binaryen.Type
export type FunctionRef = binaryen.FunctionRef

/** `pair`: two i64, low half first, as which functions give back an i128. */
export interface WasmTypes {
  readonly none: WasmType
  readonly i32: WasmType
  readonly i64: WasmType
  readonly f64: WasmType
  readonly v128: WasmType
  readonly pair: WasmType
  readonly of: (parts: readonly WasmType[]) => WasmType
}

/** 0: as emitted. 1 to 3: Binaryen's levels of optimisation. */
export type OptimizeLevel = 0 | 1 | 2 | 3

export interface WasmToolkit {
  readonly types: WasmTypes
  createModule(): WasmModule
  /** A module written by hand, in the text format. */
  parse(text: string): WasmModule
  /** Throws nothing; gives false for a module that breaks the rules of WebAssembly, which is a bug of ours. */
  isValid(module: WasmModule): boolean
  /**
   * Traps do not happen: addresses are right, divisors not zero, conversions saturate; so loads without use may go. The functions `apart` stay
   * functions.
   */
  optimize(module: WasmModule, options: { readonly level: OptimizeLevel; readonly apart?: Iterable<string> }): void
}

/** Memories have at least this many pages (runtime/memory/linear-memory.ts) and at most all that 32 bits reach. */
const memoryPagesMin = 1
const memoryPagesMax = 65_536

/** What Binaryen exports and does not declare. */
interface RawBinaryen {
  _BinaryenLoadSetSigned(load: Code, isSigned: 0 | 1): void
}

/**
 * Binaryen's builder makes `i32.load` as a signed load, which means nothing until the optimiser folds `i64.extend_i32_u` into it and gets
 * `i64.load32_s`: a wrong result. Its own text parser makes the load unsigned; so do we. unit.test.ts has the case.
 */
function markLoadsUnsigned({ i32 }: WasmModule, raw: RawBinaryen): void {
  const load = i32.load.bind(i32)
  i32.load = (offset, align, pointer) => {
    const code = load(offset, align, pointer)
    raw._BinaryenLoadSetSigned(code, 0)
    return code
  }
}

/** What V8 lets a function execute, roughly in bytes, before it makes its best code of it: V8's own default, and ours for Binaryen. */
const tieringBudgets = { v8: 13_000_000, binaryen: 2_000_000_000 }

/**
 * Binaryen is itself WebAssembly, and its passes are large functions of which a few units use each a little: making V8's best code of
 * them took longer than all the optimising of an ordinary program. Now they must run for a second or two first. The flag is the process's, so it is set
 * only while the module is made.
 */
async function importBinaryen(): Promise<typeof binaryen> {
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudgets.binaryen}`)
  try {
    const { default: library } = await import('binaryen')
    return library
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${tieringBudgets.v8}`)
  }
}

export async function loadToolkit(): Promise<WasmToolkit> {
  const library = await importBinaryen()
  const { none, i32, i64, f64, v128 } = library
  const of = (parts: readonly WasmType[]): WasmType => library.createType(parts)
  const { Atomics, MutableGlobals, NontrappingFPToInt, SIMD128, BulkMemory, BulkMemoryOpt, SignExt, Multivalue } =
    library.Features
  // names of functions, for profiles
  library.setDebugInfo(true)
  const features =
    Atomics | MutableGlobals | NontrappingFPToInt | SIMD128 | BulkMemory | BulkMemoryOpt | SignExt | Multivalue
  return {
    types: { none, i32, i64, f64, v128, pair: of([i64, i64]), of },
    createModule: () => {
      const module = new library.Module()
      module.setFeatures(features)
      module.setMemory(memoryPagesMin, memoryPagesMax, null, [], true, false, 'memory')
      module.addMemoryImport('memory', 'unit', 'memory', true)
      markLoadsUnsigned(module, library as unknown as RawBinaryen)
      return module
    },
    parse: (text) => {
      const module = library.parseText(text)
      module.setFeatures(features)
      return module
    },
    isValid: (module) => module.validate() === 1,
    optimize: (module, { level, apart = [] }) => {
      for (const name of apart) {
        library.setPassArgument('no-inline', name)
        module.runPasses(['no-inline'])
      }
      library.setOptimizeLevel(level)
      library.setShrinkLevel(0)
      library.setLowMemoryUnused(false)
      library.setTrapsNeverHappen(true)
      if (level > 0 && localsMaxOf(module, library) <= optimizedLocalsMax) module.optimize()
    },
  }
}

/**
 * Beyond 8,192 locals Binaryen's optimiser changes to a representation that takes a hundred times as long: a thousand CASEs took a minute
 * instead of a second. V8's own optimiser makes up for most of what is left out. Inlining adds some locals.
 */
const optimizedLocalsMax = 6000

function localsMaxOf(module: WasmModule, { getFunctionInfo }: typeof binaryen): number {
  const counts = Array.from(
    { length: module.getNumFunctions() },
    (_, index) => getFunctionInfo(module.getFunctionByIndex(index)).vars.length,
  )
  return Math.max(0, ...counts)
}
