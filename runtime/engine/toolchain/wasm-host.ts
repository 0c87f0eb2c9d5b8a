import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Unit } from '../../abi/artifact.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import type { CompiledUnit } from '../tiers/compile-message.ts'
import { compileWasm } from '../../worker/compile-wasm.ts'

type Compile = (module: ModuleIr) => Uint8Array

/**
 * The WebAssembly generator, loaded when the tier asks for it: Binaryen takes 0.4 s and 100 MB, so a process that never runs
 * WebAssembly never sees it.
 */
export class WasmHost {
  /** Of the whole process, as artifacts are. */
  static readonly #modules = new WeakMap<Unit, WebAssembly.Module>()
  #compile: Compile | null = null
  readonly #cache: Pick<ArtifactCache, 'module' | 'keepModule'>

  constructor(cache: Pick<ArtifactCache, 'module' | 'keepModule'>) {
    this.#cache = cache
  }

  async load(): Promise<void> {
    if (this.#compile !== null) return
    const [{ loadToolkit }, { emitWasmUnit }] = await Promise.all([
      import('../../../codegen/wasm/module.ts'),
      import('../../../codegen/wasm/unit.ts'),
    ])
    const toolkit = await loadToolkit()
    this.#compile ??= (module) => emitWasmUnit(toolkit, module).bytes
  }

  /** After `load`. A unit is compiled once, however often it is deployed. */
  moduleOf(unit: Unit): WebAssembly.Module {
    const known = this.known(unit)
    if (known) return known
    const compile = must(this.#compile, 'the loaded WebAssembly generator')
    const bytes = compile(unit.kernel as ModuleIr) as Uint8Array<ArrayBuffer>
    const module = compileWasm(bytes, 'whole')
    this.keep(unit, { module, bytes })
    return module
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
