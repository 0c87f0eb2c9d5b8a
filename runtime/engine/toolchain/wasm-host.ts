import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { Unit } from '../../abi/artifact.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import type { CompiledUnit } from '../tiers/compile-message.ts'
import { WaitingCompiler } from '../tiers/waiting-compiler.ts'

/** The WebAssembly of units, from wherever it is to be had. */
export class WasmHost {
  /** Of the whole process, as artifacts are. */
  static readonly #modules = new WeakMap<Unit, WebAssembly.Module>()
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
    const known = WasmHost.#modules.get(unit) ?? this.#cache.module(unit)
    if (known !== null) WasmHost.#modules.set(unit, known)
    return known
  }

  keep(unit: Unit, { module, bytes }: Pick<CompiledUnit, 'module' | 'bytes'>): void {
    WasmHost.#modules.set(unit, module)
    this.#cache.keepModule(unit, bytes)
  }
}
