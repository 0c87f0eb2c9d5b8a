import { assembleUnit } from '../../../codegen/artifact/assemble-unit.ts'
import { instantiateInterpreter } from '../../../codegen/interpreter/instantiate.ts'
import { ConstantPool } from '../../../codegen/lowering/constant-pool.ts'
import { lowerDecoder } from '../../../codegen/lowering/decoders/lower-decoder.ts'
import { ModuleBuilder } from '../../../codegen/lowering/module-builder.ts'
import type { Site, Unit } from '../../../runtime/abi/artifact.ts'
import { sourceControl } from '../../../runtime/abi/artifact.ts'
import type { BlockColumn, BlockLayout } from '../../../runtime/abi/block.ts'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import type { Library } from '../../../runtime/abi/library.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import type {
  Clock,
  ConnectorColumn,
  Decoder,
  SourceContext,
  SourceRowError,
} from '../../../runtime/connect/connector.ts'
import { createDecodeLibrary } from '../../../runtime/format/decode-library.ts'
import { createLibrary, type LibraryHost } from '../../../runtime/library/library.ts'
import { Patterns } from '../../../runtime/library/pattern/patterns.ts'
import { loadConstants } from '../../../runtime/memory/constants.ts'
import { createWorkerMemory, RunAllocator, type WorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { loadUnit } from '../../../runtime/worker/load.ts'
import type { UnitBinding, UnitExports } from '../../../runtime/worker/load.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { physicalSizeBytes, physicalType } from '../../../sql/types/sql-type.ts'

/** Decoders compiled and bound as the engine does it, for tests and benches. */
export interface HarnessColumn extends ConnectorColumn {
  readonly hasDefault?: boolean
  /** false: declared, but read by nobody */
  readonly needed?: boolean
}

/** Columns one after the other, 16-aligned, with validity where it is needed. */
export function blockLayout(columns: readonly HarnessColumn[]): BlockLayout {
  let at = 0
  const take = (sizeBytes: number): number => {
    const offset = at
    at = Math.ceil((at + sizeBytes) / 16) * 16
    return offset
  }
  const places = columns.map((column): BlockColumn => {
    const physical = physicalType(column.type)
    const dataOffset = take(physicalSizeBytes(physical) * blockRowsMax)
    return { physical, dataOffset, validOffset: column.nullable || column.hasDefault ? take(blockRowsMax) : null }
  })
  return { columns: places, weightOffset: null, watermarkOffset: null, originOffset: null, sizeBytes: at }
}

export interface CompiledDecoder {
  readonly unit: Unit
  readonly constants: ConstantPool['constants']
  readonly sites: readonly Site[]
  readonly layout: BlockLayout
  readonly columns: readonly (HarnessColumn | null)[]
}

export function compileDecoder(columns: readonly HarnessColumn[], format: InputFormat): CompiledDecoder {
  const pool = new ConstantPool()
  const module = new ModuleBuilder('source', pool)
  const needed = columns.map((column) => (column.needed === false ? null : column))
  const layout = blockLayout(columns)
  lowerDecoder(module, {
    format,
    layout,
    columns: needed.map(
      (column, ordinal) => column && { ...column, hasDefault: column.hasDefault ?? false, ordinal, span: null },
    ),
    stored: columns.map((column) => column.name),
    span: null,
  })
  const finished = module.finish()
  return {
    unit: assembleUnit(finished.module, finished),
    constants: pool.constants,
    sites: pool.sites,
    layout,
    columns: needed,
  }
}

export const realClock: Clock = {
  nowMicros: () => BigInt(Date.now()) * 1000n,
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, millis)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

export interface BoundDecoder extends SourceContext {
  readonly memory: WorkerMemory
  readonly errors: SourceRowError[]
}

const refused = (name: string) => () => {
  throw new Error(`${name} is not for decoders`)
}

export interface BindOptions {
  readonly tier?: 'javascript' | 'interpreter'
  /** Another back end than those. */
  readonly instantiate?: (unit: Unit, binding: UnitBinding) => UnitExports
  readonly failFast?: boolean
}

function instantiate(tier: 'javascript' | 'interpreter', unit: Unit, binding: UnitBinding): UnitExports {
  return tier === 'javascript'
    ? loadUnit({ javascript: unit.javascript, hash: 'test' }, binding)
    : instantiateInterpreter(unit.kernel as ModuleIr, binding)
}

/** Binds a decoder to a memory of its own; errors are collected, or thrown when `failFast`. */
export function bindDecoder(compiled: CompiledDecoder, options: BindOptions): BoundDecoder {
  const memory = createWorkerMemory({ limitBytes: 1 << 28 })
  const { views, arena } = memory
  const patterns = new Patterns()
  const functions = new Proxy(createDecodeLibrary(views), {
    get: (target, name) => Reflect.get(target, name) ?? refused(String(name)),
  })
  const library: Library = createLibrary(views, {
    allocate: (size) => arena.allocate(size),
    patterns,
    functions: { ...functions } as unknown as LibraryHost['functions'],
  })
  const addresses = loadConstants(compiled.constants, { views, arena, registerPattern: refused('a pattern') })
  const { unit } = compiled
  const scratchBase = arena.allocate(Math.max(16, unit.scratchSizeBytes), 16)
  views.u8.fill(0, scratchBase, scratchBase + unit.scratchSizeBytes)
  const binding = { views, library, constants: unit.constants.map((index) => addresses[index] ?? 0), scratchBase }
  const exports = options.instantiate?.(unit, binding) ?? instantiate(options.tier ?? 'interpreter', unit, binding)
  const allocator = new RunAllocator(memory.pages)
  const control = allocator.allocate(sourceControl.sizeBytes)
  const errors: SourceRowError[] = []
  return {
    name: 'input',
    memory,
    errors,
    views,
    allocator,
    clock: realClock,
    block: allocator.allocate(compiled.layout.sizeBytes),
    layout: compiled.layout,
    columns: compiled.columns,
    control,
    decode: { kernel: exports['decode'] as Decoder['kernel'] },
    sites: compiled.sites,
    failFast: options.failFast ?? false,
    onRowError: (error) => {
      if (options.failFast) throw Object.assign(new Error(error.site.code), { rowError: error })
      errors.push(error)
    },
  }
}
