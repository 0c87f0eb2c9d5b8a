import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { WasmToolkit } from '../../../codegen/wasm/module.ts'
import type { printWasmUnit, WasmListing } from '../../../codegen/wasm/print.ts'
import type { NamedUnit, WasmCode } from '../../../compiler/explain/units.ts'
import type { Unit } from '../../abi/artifact.ts'

/** Makes the WebAssembly of units for EXPLAIN, once for each unit: it takes as long as compiling it does. */
export class WasmPrinter {
  static readonly #printed = new WeakMap<Unit, WasmListing>()
  readonly #toolkit: WasmToolkit
  readonly #print: typeof printWasmUnit

  private constructor(toolkit: WasmToolkit, print: typeof printWasmUnit) {
    this.#toolkit = toolkit
    this.#print = print
  }

  /** Loads Binaryen, which takes 0.4 s: only for the levels that show WebAssembly. */
  static async load(): Promise<WasmPrinter> {
    const [{ loadToolkit }, { printWasmUnit: print }] = await Promise.all([
      import('../../../codegen/wasm/module.ts'),
      import('../../../codegen/wasm/print.ts'),
    ])
    return new WasmPrinter(await loadToolkit(), print)
  }

  codeOf({ name, unit, statement }: NamedUnit): WasmCode {
    const listing = WasmPrinter.#printed.get(unit) ?? this.#print(this.#toolkit, unit.kernel as ModuleIr, unit.spans)
    WasmPrinter.#printed.set(unit, listing)
    if (statement === undefined) return { name, ...listing }
    const marks = listing.marks.map((mark) => ({ ...mark, line: mark.line + 1 }))
    return { name, ...listing, text: `;; ${name} ${statement.line}:${statement.column}\n${listing.text}`, marks }
  }
}
