import { sinkControl, type SinkArtifact } from '../abi/artifact.ts'
import { Arena } from '../memory/arena.ts'
import type { GraphOptions, KernelEntry, LoadedUnit, SinkEncoder } from './graph.ts'
import { LoadedUnits } from './unit-loader.ts'

/** The encoder of a sink, loaded, with its control block. */
export class RunningEncoder implements SinkEncoder {
  readonly control: number
  rows = 0
  readonly #number: number
  readonly #arena: Arena
  readonly #units: LoadedUnits
  readonly #artifact: SinkArtifact
  readonly #options: GraphOptions
  readonly #entry: KernelEntry

  constructor(name: string, artifact: SinkArtifact, options: GraphOptions) {
    const { memory, operators } = options
    this.#artifact = artifact
    this.#options = options
    this.#number = operators.reserve()
    this.#arena = new Arena(memory.pages, this.#number)
    try {
      this.control = this.#arena.allocate(sinkControl.sizeBytes, 16)
      const { units, constants } = artifact
      this.#units = new LoadedUnits({ name, units, constants }, options, this.#arena)
    } catch (error) {
      operators.remove(this.#number)
      throw error
    }
    memory.views.u8.fill(0, this.control, this.control + sinkControl.sizeBytes)
    this.#entry = this.#units.kernel(artifact.encode)
  }

  get unit(): LoadedUnit {
    return this.#units.of(this.#artifact.encode)
  }

  encode(block: number, from: number, to: number): number {
    const next = this.#entry.kernel(block, from, to, this.control)
    this.rows += next - from
    return next
  }

  close(): void {
    this.#units.close()
    this.#arena.free()
    this.#options.operators.remove(this.#number)
  }
}
