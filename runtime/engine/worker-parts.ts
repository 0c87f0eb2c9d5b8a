import { availableParallelism } from 'node:os'
import { DataError } from '../../sql/base/diagnostic.ts'
import type { Library } from '../abi/library.ts'
import type { Unit } from '../abi/artifact.ts'
import { createGraph } from '../dataflow/create-graph.ts'
import type { Graph, LoadedUnit, UnitBinding as GraphBinding, UnitExports } from '../dataflow/graph.ts'
import { createDecodeLibrary } from '../format/decode-library.ts'
import { createEncodeLibrary } from '../format/encode-library.ts'
import { createLibrary } from '../library/library.ts'
import { Patterns } from '../library/pattern/patterns.ts'
import { createWorkerMemory, type WorkerMemory } from '../memory/worker-memory.ts'
import { OperatorRegistry } from '../state/operator-registry.ts'
import { createStateLibrary } from '../state/state-library.ts'
import { loadUnit } from '../worker/load.ts'
import { loadWasmUnit } from '../worker/load-wasm.ts'
import { BatchEvaluator } from './evaluator/batch-evaluator.ts'
import type { Logger, Tier } from './options.ts'
import { monotonicMillis } from './system-clock.ts'
import { CodeOrigins, type UnitStatus } from './tiers/code-origins.ts'
import { CompileThread } from './tiers/compile-thread.ts'
import { FixedTiers } from './tiers/fixed-tiers.ts'
import { RandomTiers } from './tiers/random-tiers.ts'
import { rowsSeen } from './tiers/rows-seen.ts'
import { TierManager, type TierManagerParts } from './tiers/tier-manager.ts'
import type { UnitLoader, UnitTiers } from './tiers/unit-tiers.ts'
import type { Toolchain, UnitCode } from './toolchain/toolchain.ts'

/** A tier that units are loaded in. */
export type FixedTier = Exclude<Tier, 'auto'>

/** What one worker has: its memory, the library over it, and the graph. */
export interface WorkerParts {
  readonly memory: WorkerMemory
  readonly graph: Graph
  readonly tiers: UnitTiers
  statusOf(loaded: LoadedUnit): UnitStatus
}

export interface WorkerPartsOptions {
  readonly tier: Tier
  /** Loaded for the tier. */
  readonly toolchain: Toolchain
  readonly logger: Logger
  /** How long units run before they are compiled to WebAssembly, under tier `auto`; null: they are not. */
  readonly hotMillis: number | null
  /** When they stay there. */
  readonly keeps: TierManagerParts['keeps']
  /** Units change their tiers at random, by this seed. */
  readonly swapSeed: number | undefined
  readonly onUnitLoaded?: (loaded: LoadedUnit) => void
}

export function createWorkerParts(options: WorkerPartsOptions): WorkerParts {
  const { tier, toolchain, logger } = options
  const memory = createWorkerMemory()
  const operators = new OperatorRegistry(memory)
  const patterns = new Patterns()
  const library = createLibrary(memory.views, {
    allocate: (sizeBytes) => memory.arena.allocate(sizeBytes, 1),
    patterns,
    functions: {
      ...createStateLibrary(operators),
      ...createDecodeLibrary(memory.views),
      ...createEncodeLibrary(memory.views),
    } as Parameters<typeof createLibrary>[1]['functions'],
  })
  const chosen = chooseTier(tier, logger)
  const origins = new CodeOrigins()
  const load = instantiator({ views: memory.views, library, code: toolchain.code, origins })
  const tiers = chooseTiers(chosen, { load, rowsSeen: () => rowsSeen(graph.metrics()) }, options)
  const evaluator = new BatchEvaluator(memory.views, toolchain)
  const graph: Graph = createGraph({
    memory,
    operators,
    instantiate: (unit, binding) => load(unit, binding, chosen),
    onLoaded: (loaded) => {
      tiers.onLoaded(loaded)
      options.onUnitLoaded?.(loaded)
    },
    onUnloaded: (loaded) => tiers.onUnloaded(loaded),
    registerPattern: (pattern) => patterns.add(pattern),
    evaluate: (call, rows) => evaluator.evaluate(call, rows),
    nowNanos: () => monotonicMillis() * 1e6,
  })
  const statusOf = (loaded: LoadedUnit): UnitStatus => origins.statusOf(loaded, tiers.statusOf(loaded))
  return { memory, graph, tiers, statusOf }
}

/** Binds a unit to the worker's memory: in a tier, or as a module of it. */
type Load = (unit: Unit, binding: GraphBinding, tier: FixedTier | WebAssembly.Module) => UnitExports

function instantiator(parts: {
  readonly views: WorkerMemory['views']
  readonly library: Library
  readonly code: UnitCode
  readonly origins: CodeOrigins
}): Load {
  const { views, library, code, origins } = parts
  return (unit, { constants, scratch }, tier) => {
    const binding = { views, library, constants, scratchBase: scratch }
    if (tier === 'interpreter') return origins.note(code.interpret(unit, binding), 'interpreter')
    if (tier === 'javascript') return origins.note(code.javascript(unit, binding), 'javascript')
    const module = tier === 'wasm' ? code.webAssembly(unit) : tier
    return origins.noteWasm(loadWasmUnit(module, binding), unit, module)
  }
}

/** Who decides about tiers from here on. */
function chooseTiers(
  first: FixedTier,
  { load, rowsSeen: readRows }: { readonly load: Load; readonly rowsSeen: TierManagerParts['rowsSeen'] },
  options: WorkerPartsOptions,
): UnitTiers {
  const { tier, toolchain, logger, hotMillis, keeps, swapSeed } = options
  const loader: UnitLoader = {
    load: ({ unit, binding }, to) => load(unit, binding, to),
    loadWasm: ({ unit, binding }, module) => load(unit, binding, module),
  }
  if (swapSeed !== undefined)
    return new RandomTiers(swapSeed, { loader, moduleOf: (unit) => toolchain.code.webAssembly(unit) })
  if (tier !== 'auto' || hotMillis === null) {
    const reason = tier === 'auto' ? "SET warm_up = 'off'" : `tier '${tier}' was asked for`
    return new FixedTiers(first, reason, ({ unit }) =>
      first === 'wasm' ? (toolchain.code.figuresOf?.(unit) ?? null) : null,
    )
  }
  return new TierManager({
    first,
    hotMillis,
    coreCount: availableParallelism(),
    keeps,
    loader,
    compiler: new CompileThread(),
    modules: toolchain.code,
    rowsSeen: readRows,
    logger,
    nowMillis: monotonicMillis,
    cpuMillis: threadMillis,
  })
}

function threadMillis(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function chooseTier(tier: Tier, logger: Logger): FixedTier {
  if (tier !== 'auto') return tier
  if (codeGenerationAllowed()) return 'javascript'
  logger.warn('this process forbids code generation: queries start in the interpreter')
  return 'interpreter'
}

/** Tries the gate with an empty unit. */
export function codeGenerationAllowed(): boolean {
  try {
    loadUnit(
      { javascript: 'return {}', hash: 'probe' },
      { views: {} as WorkerMemory['views'], library: {} as Library, constants: [], scratchBase: 0 },
    )
    return true
  } catch (error) {
    if (error instanceof DataError) return false
    throw error
  }
}
