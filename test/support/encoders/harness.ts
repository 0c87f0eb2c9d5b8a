import { instantiateInterpreter } from '../../../codegen/interpreter/instantiate.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { EncoderSink } from '../../../codegen/lowering/encoders/encoder-sink.ts'
import { lowerSink } from '../../../codegen/lowering/encoders/lower-sink.ts'
import { sinkControl, type SinkArtifact, type Unit } from '../../../runtime/abi/artifact.ts'
import type { Library } from '../../../runtime/abi/library.ts'
import type { Encoder } from '../../../runtime/connect/connector.ts'
import { createEncodeLibrary } from '../../../runtime/format/encode-library.ts'
import { EncodedRows } from '../../../runtime/format/encoded-rows.ts'
import { loadConstants } from '../../../runtime/memory/constants.ts'
import { Arena } from '../../../runtime/memory/arena.ts'
import { ownerOperators, RunAllocator, type WorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { loadUnit, type UnitBinding, type UnitExports } from '../../../runtime/worker/load.ts'

/** Encoders compiled and bound as the engine does it, for tests and benches. */
export type Instantiate = (unit: Unit, binding: UnitBinding) => UnitExports

export const inJavascript: Instantiate = (unit, binding) =>
  loadUnit({ javascript: unit.javascript, hash: 'test' }, binding)
export const inInterpreter: Instantiate = (unit, binding) => instantiateInterpreter(unit.kernel as ModuleIr, binding)

export function bindEncoder(
  memory: WorkerMemory,
  { units, constants, encode }: SinkArtifact,
  instantiate: Instantiate = inJavascript,
): Encoder {
  const { views } = memory
  const arena = new Arena(memory.pages, ownerOperators)
  const registerPattern = (): never => {
    throw new Error('an encoder has no patterns')
  }
  const addresses = loadConstants(constants, { views, arena, registerPattern })
  const [unit] = units
  if (unit === undefined) throw new Error('expected a unit')
  const scratchBase = arena.allocate(Math.max(16, unit.scratchSizeBytes), 16)
  views.u8.fill(0, scratchBase, scratchBase + unit.scratchSizeBytes)
  const exports = instantiate(unit, {
    views,
    library: createEncodeLibrary(views) as unknown as Library,
    constants: unit.constants.map((index) => addresses[index] ?? 0),
    scratchBase,
  })
  const control = arena.allocate(sinkControl.sizeBytes, 16)
  views.u8.fill(0, control, control + sinkControl.sizeBytes)
  const kernel = exports[encode.function]
  if (kernel === undefined) throw new Error('expected an encoder')
  return { control, encode: (block, from, to) => kernel(block, from, to, control) }
}

/** Encodes blocks one after the other, without a header. */
export class TextOfBlocks {
  readonly #encoded: EncodedRows
  #text = ''

  constructor(memory: WorkerMemory, sink: EncoderSink, instantiate?: Instantiate) {
    const encoder = bindEncoder(memory, lowerSink(sink), instantiate)
    this.#encoded = new EncodedRows({ views: memory.views, allocator: new RunAllocator(memory.pages), encoder })
  }

  /** Rows 0 .. count - 1 of a block. */
  add(block: number, count: number): void {
    for (let row = 0; row < count;) {
      row = this.#encoded.encode(block, row, count)
      this.#text += Buffer.from(this.#encoded.copy()).toString()
    }
  }

  /** Everything since it was asked last. */
  text(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
}
