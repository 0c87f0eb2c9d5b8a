import { must } from '../../sql/base/assert.ts'
import type { Constant, KernelReference, Unit } from '../abi/artifact.ts'
import { loadConstants } from '../memory/constants.ts'
import type { Arena } from '../memory/arena.ts'
import type { GraphOptions, KernelEntry, LoadedUnit } from './graph.ts'

/** The loaded units of one artifact. */
export class LoadedUnits {
  readonly #options: GraphOptions
  readonly #units: LoadedUnit[] = []

  constructor(
    artifact: { readonly name: string; readonly units: readonly Unit[]; readonly constants: readonly Constant[] },
    options: GraphOptions,
    arena: Arena,
  ) {
    this.#options = options
    const { views } = options.memory
    const addresses = loadConstants(artifact.constants, {
      views,
      arena,
      registerPattern: (pattern) => options.registerPattern(pattern),
    })
    try {
      for (const unit of artifact.units) {
        const scratch = arena.allocate(Math.max(16, unit.scratchSizeBytes), 16)
        views.u8.fill(0, scratch, scratch + unit.scratchSizeBytes)
        const constants = unit.constants.map((index) => must(addresses[index], 'a constant'))
        this.#units.push(load({ unit, owner: artifact.name, binding: { constants, scratch } }, options))
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  kernel(reference: KernelReference): KernelEntry {
    const { unit, function: name } = reference
    return must(this.of(reference).entries[name], `kernel ${name} of unit ${unit}`)
  }

  /** The unit that has the kernel. */
  of({ unit }: KernelReference): LoadedUnit {
    return must(this.#units[unit], `unit ${unit}`)
  }

  /** None of the kernels is called any more. */
  close(): void {
    for (const loaded of this.#units) this.#options.onUnloaded?.(loaded)
  }
}

function load(parts: Omit<LoadedUnit, 'entries'>, options: GraphOptions): LoadedUnit {
  const exports = options.instantiate(parts.unit, parts.binding)
  const entries = Object.fromEntries(Object.entries(exports).map(([name, kernel]) => [name, { kernel }]))
  const loaded = { ...parts, entries }
  options.onLoaded?.(loaded)
  return loaded
}
