import { createGraph } from '../../runtime/dataflow/create-graph.ts'
import type { Graph, UnitExports } from '../../runtime/dataflow/graph.ts'
import { createDecodeLibrary } from '../../runtime/format/decode-library.ts'
import { createEncodeLibrary } from '../../runtime/format/encode-library.ts'
import { createLibrary } from '../../runtime/library/library.ts'
import { Patterns } from '../../runtime/library/pattern/patterns.ts'
import { createWorkerMemory, type WorkerMemory } from '../../runtime/memory/worker-memory.ts'
import { OperatorRegistry } from '../../runtime/state/operator-registry.ts'
import { createStateLibrary } from '../../runtime/state/state-library.ts'
import type { Instantiate } from './tiers.ts'

export interface BenchWorker {
  readonly memory: WorkerMemory
  readonly graph: Graph
}

/**
 * A worker whose units are loaded once, however often their query is deployed: each pass of a case starts with empty state but with
 * warm code, as the other contenders do. Sound because kernels get all state by address, and the first deployment is never removed from this graph, so that
 * its constants and scratch areas stay where they are.
 */
export function createBenchWorker(instantiate: Instantiate): BenchWorker {
  const memory = createWorkerMemory()
  const { views } = memory
  const operators = new OperatorRegistry(memory)
  const patterns = new Patterns()
  const functions = {
    ...createStateLibrary(operators),
    ...createDecodeLibrary(views),
    ...createEncodeLibrary(views),
  } as Parameters<typeof createLibrary>[1]['functions']
  const library = createLibrary(views, {
    allocate: (sizeBytes) => memory.arena.allocate(sizeBytes, 1),
    patterns,
    functions,
  })
  const loaded = new Map<object, UnitExports>()
  const graph = createGraph({
    memory,
    operators,
    instantiate: (unit, { constants, scratch }) => {
      const known = loaded.get(unit)
      if (known) return known
      const binding = { views, library, constants, scratchBase: scratch }
      const exports = instantiate(unit, binding)
      loaded.set(unit, exports)
      return exports
    },
    registerPattern: (pattern) => patterns.add(pattern),
    evaluate: () => {
      throw new Error('no case calls the evaluator')
    },
    nowNanos: () => performance.now() * 1e6,
  })
  return { memory, graph }
}
