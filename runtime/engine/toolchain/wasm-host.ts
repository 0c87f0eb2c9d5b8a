import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { Unit } from '../../abi/artifact.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import type { CompiledUnit } from '../tiers/compile-message.ts'
import { WaitingCompiler } from '../tiers/waiting-compiler.ts'

interface Compiled {
  readonly module: WebAssembly.Module
  readonly codeBytes: number
  /** 0 where it was read from a disk. */
  readonly compileMillis: number
}

/** The WebAssembly of units, from wherever it is to be had. */
export class WasmHost {
  /** Of the whole process, as artifacts are. */
  static readonly #compiled = new WeakMap<Unit, Compiled>()
  readonly #cache: Pick<ArtifactCache, 'module' | 'keepModule'>

  constructor(cache: Pick<ArtifactCache, 'module' | 'keepModule'>) {
    this.#cache = cache
  }

  /** Compiled where nobody has done it before: once, however often the unit is deployed. @throws DataError wasm_not_compilable */
  moduleOf(unit: Unit): WebAssembly.Module {
    const known = this.known(unit)
    if (known) return known
    const compiled = WaitingCompiler.shared.compile(unit.kernel as ModuleIr)
    this.keep(unit, compiled)
    return compiled.module
  }

  /** Compiled before: in this process, or kept on disk. */
  known(unit: Unit): WebAssembly.Module | null {
    const known = WasmHost.#compiled.get(unit)
    if (known) return known.module
    const kept = this.#cache.module(unit)
    if (kept === null) return null
    WasmHost.#compiled.set(unit, { ...kept, compileMillis: 0 })
    return kept.module
  }

  keep(unit: Unit, { module, bytes, millis }: CompiledUnit): void {
    WasmHost.#compiled.set(unit, { module, codeBytes: bytes.length, compileMillis: millis })
    this.#cache.keepModule(unit, bytes)
  }

  figuresOf(unit: Unit): Pick<Compiled, 'codeBytes' | 'compileMillis'> | null {
    return WasmHost.#compiled.get(unit) ?? null
  }
}
