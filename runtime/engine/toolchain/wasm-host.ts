import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Unit } from '../../abi/artifact.ts'

type Compile = (module: ModuleIr) => Uint8Array

/**
 * The WebAssembly generator, loaded when the tier asks for it: Binaryen takes 0.4 s and 100 MB, so a process that never runs
 * WebAssembly never sees it.
 */
export class WasmHost {
  #compile: Compile | null = null
  readonly #modules = new WeakMap<Unit, WebAssembly.Module>()

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
    const module = new WebAssembly.Module(compile(unit.kernel as ModuleIr) as Uint8Array<ArrayBuffer>)
    this.keep(unit, module)
    return module
  }

  known(unit: Unit): WebAssembly.Module | null {
    return this.#modules.get(unit) ?? null
  }

  keep(unit: Unit, module: WebAssembly.Module): void {
    this.#modules.set(unit, module)
  }
}
