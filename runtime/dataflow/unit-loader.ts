import { must } from '../../sql/base/assert.ts'
import type { Constant, KernelReference, Unit } from '../abi/artifact.ts'
import { loadConstants } from '../memory/constants.ts'
import type { Arena } from '../memory/arena.ts'
import type { GraphOptions, Kernel, UnitExports } from './graph.ts'

/** The loaded units of one artifact. */
export class LoadedUnits {
  readonly #exports: readonly UnitExports[]

  constructor(
    artifact: { readonly units: readonly Unit[]; readonly constants: readonly Constant[] },
    options: GraphOptions,
    arena: Arena,
  ) {
    const { views } = options.memory
    const addresses = loadConstants(artifact.constants, {
      views,
      arena,
      registerPattern: (pattern) => options.registerPattern(pattern),
    })
    this.#exports = artifact.units.map((unit) => {
      const scratch = arena.allocate(Math.max(16, unit.scratchSizeBytes), 16)
      views.u8.fill(0, scratch, scratch + unit.scratchSizeBytes)
      const constants = unit.constants.map((index) => must(addresses[index], 'a constant'))
      return options.instantiate(unit, { constants, scratch })
    })
  }

  kernel({ unit, function: name }: KernelReference): Kernel {
    return must(this.#exports[unit]?.[name], `kernel ${name} of unit ${unit}`)
  }
}
