import { InternalError } from '../../sql/base/diagnostic.ts'
import type { UnitBinding, UnitExports } from './load.ts'

/**
 * Binds a compiled WebAssembly unit to a memory. What it imports: `unit.memory`, `unit.scratch` and `unit.constant<n>` (addresses), library
 * functions by name, `host.remainder`. Errors: InternalError when the module does not fit this engine.
 */
export function loadWasmUnit(module: WebAssembly.Module, binding: UnitBinding): UnitExports {
  const addresses = Object.fromEntries(binding.constants.map((address, index) => [`constant${index}`, address]))
  const imports = {
    unit: { memory: binding.views.memory, scratch: binding.scratchBase, ...addresses },
    library: binding.library,
    host: { remainder: (left: number, right: number) => left % right },
  }
  try {
    const { exports } = new WebAssembly.Instance(module, imports)
    return exports as unknown as UnitExports
  } catch (error) {
    throw new InternalError(`a WebAssembly unit does not load: ${String(error)}`)
  }
}
