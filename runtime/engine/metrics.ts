import type { GraphMetrics } from '../dataflow/graph.ts'
import { objectOfInstance } from './deployment/node.ts'
import type { Engine } from './engine.ts'
import type { TierMetrics } from './tiers/tier-manager.ts'
import type { SiteCount } from './errors/row-error-log.ts'

/** Counters of everything that runs. An object may come several times: once for each instance of it. */
export interface Metrics {
  readonly sources: readonly (GraphMetrics['sources'][number] & { readonly bytesRead: number })[]
  readonly queries: GraphMetrics['queries']
  readonly sinks: readonly { readonly name: string; readonly rows: number }[]
  /** Rows that were refused, by place in the program. */
  readonly rowErrors: readonly SiteCount[]
  readonly memory: GraphMetrics['memory']
  readonly plannerLoadMillis: number
  /** Adaptive compilation; null when the tier is fixed. */
  readonly tiers: TierMetrics | null
}

export function readMetrics(engine: Engine): Metrics {
  const plannerLoadMillis = engine.plannerLoadMillis
  if (engine.idle) {
    return {
      sources: [],
      queries: [],
      sinks: [],
      rowErrors: [],
      memory: { takenBytes: 0, limitBytes: 0 },
      plannerLoadMillis,
      tiers: null,
    }
  }
  const { graph, rowErrors } = engine.running.metrics()
  const { nodes } = engine.running.topology
  const bytesRead = new Map(nodes.map((node) => [node.name, node.feed?.driver.counters.bytes ?? 0]))
  return {
    sources: graph.sources.map((source) => ({
      ...source,
      name: objectOfInstance(source.name),
      bytesRead: bytesRead.get(source.name) ?? 0,
    })),
    queries: graph.queries.map((query) => ({ ...query, name: objectOfInstance(query.name) })),
    sinks: nodes.flatMap(({ object, sink }) => (sink === null ? [] : [{ name: object, rows: sink.rows }])),
    rowErrors,
    memory: graph.memory,
    plannerLoadMillis,
    tiers: engine.running.parts.tiers?.metrics() ?? null,
  }
}
