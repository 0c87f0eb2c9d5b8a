import { DataError } from '../../sql/base/diagnostic.ts'
import type { Library } from '../abi/library.ts'
import { createGraph } from '../dataflow/create-graph.ts'
import type { Graph, GraphOptions, LoadedUnit } from '../dataflow/graph.ts'
import { createDecodeLibrary } from '../format/decode-library.ts'
import { createLibrary } from '../library/library.ts'
import { Patterns } from '../library/pattern/patterns.ts'
import { createWorkerMemory, type WorkerMemory } from '../memory/worker-memory.ts'
import { OperatorRegistry } from '../state/operator-registry.ts'
import { createStateLibrary } from '../state/state-library.ts'
import { loadUnit } from '../worker/load.ts'
import { loadWasmUnit } from '../worker/load-wasm.ts'
import { BatchEvaluator } from './evaluator/batch-evaluator.ts'
import type { Logger, Tier } from './options.ts'
import { TierManager } from './tiers/tier-manager.ts'
import type { Toolchain, UnitCode } from './toolchain/toolchain.ts'

/** A tier that units are loaded in. */
export type FixedTier = Exclude<Tier, 'auto'>

/** What one worker has: its memory, the library over it, and the graph. */
export interface WorkerParts {
  readonly memory: WorkerMemory
  readonly graph: Graph
  /** The tier that units start in. */
  readonly tier: FixedTier
  /** Null: units stay in their tier. */
  readonly tiers: TierManager | null
}

export interface WorkerPartsOptions {
  readonly tier: Tier
  /** Loaded for the tier. */
  readonly toolchain: Toolchain
  readonly logger: Logger
  /** How long units run before they are compiled to WebAssembly, under tier `auto`. */
  readonly hotMillis: number
  readonly onUnitLoaded?: (loaded: LoadedUnit) => void
}

export function createWorkerParts(options: WorkerPartsOptions): WorkerParts {
  const { tier, toolchain, logger, hotMillis } = options
  const memory = createWorkerMemory()
  const operators = new OperatorRegistry(memory)
  const patterns = new Patterns()
  const library = createLibrary(memory.views, {
    allocate: (sizeBytes) => memory.arena.allocate(sizeBytes, 1),
    patterns,
    functions: { ...createStateLibrary(operators), ...createDecodeLibrary(memory.views) } as Parameters<
      typeof createLibrary
    >[1]['functions'],
  })
  const chosen = chooseTier(tier, logger)
  const tiers = tier === 'auto' && Number.isFinite(hotMillis) ? new TierManager(logger, hotMillis) : null
  const fixed = instantiator(chosen, { memory, library, code: toolchain.code })
  const evaluator = new BatchEvaluator(memory.views, toolchain)
  const graph = createGraph({
    memory,
    operators,
    instantiate: tiers === null ? fixed : adaptive(tiers, { tier: chosen, fixed, memory, library }),
    onLoaded: (loaded) => options.onUnitLoaded?.(loaded),
    registerPattern: (pattern) => patterns.add(pattern),
    evaluate: (call, rows) => evaluator.evaluate(call, rows),
    nowNanos: () => performance.now() * 1e6,
  })
  return { memory, graph, tier: chosen, tiers }
}

interface AdaptiveParts {
  readonly tier: FixedTier
  readonly fixed: GraphOptions['instantiate']
  readonly memory: WorkerMemory
  readonly library: Library
}

/** Units that may move to WebAssembly later, over the same constants and scratch area. */
function adaptive(tiers: TierManager, { tier, fixed, memory, library }: AdaptiveParts): GraphOptions['instantiate'] {
  const { views } = memory
  return (unit, binding) => {
    const { constants, scratch } = binding
    return tiers.open(unit, { tier, exports: fixed(unit, binding) }, (module) =>
      loadWasmUnit(module, { views, library, constants, scratchBase: scratch }),
    )
  }
}

interface InstantiatorParts {
  readonly memory: WorkerMemory
  readonly library: Library
  readonly code: UnitCode
}

function instantiator(tier: FixedTier, { memory, library, code }: InstantiatorParts): GraphOptions['instantiate'] {
  const { views } = memory
  return (unit, { constants, scratch }) => {
    const binding = { views, library, constants, scratchBase: scratch }
    if (tier === 'interpreter') return code.interpret(unit, binding)
    return tier === 'wasm' ? loadWasmUnit(code.webAssembly(unit), binding) : code.javascript(unit, binding)
  }
}

function chooseTier(tier: Tier, logger: Logger): FixedTier {
  if (tier !== 'auto') return tier
  if (codeGenerationAllowed()) return 'javascript'
  logger.warn('this process forbids code generation: queries are interpreted')
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
