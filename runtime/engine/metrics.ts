import type { GraphMetrics, LoadedUnit, OperatorMetrics, SourceMetrics } from '../dataflow/graph.ts'
import type { CacheMetrics } from './cache/artifact-cache.ts'
import { objectOfInstance } from './deployment/node.ts'
import type { Engine } from './engine.ts'
import type { UnitStatus } from './tiers/code-origins.ts'
import type { TierMetrics } from './tiers/unit-tiers.ts'
import type { SiteCount } from './errors/row-error-log.ts'

/** Counters of everything that runs. An object may come several times: once for each instance of it. */
export interface Metrics {
  readonly sources: readonly (WithTier<SourceMetrics> & { readonly bytesRead: number })[]
  readonly queries: readonly { readonly name: string; readonly operators: readonly WithTier<OperatorMetrics>[] }[]
  /** `tier`: of what turns their rows into bytes; null where nothing does. */
  readonly sinks: readonly { readonly name: string; readonly rows: number; readonly tier: UnitStatus | null }[]
  /** Rows that were refused, by place in the program. */
  readonly rowErrors: readonly SiteCount[]
  readonly memory: GraphMetrics['memory']
  readonly plannerLoadMillis: number
  /** What had been compiled before, and what had not. */
  readonly artifacts: CacheMetrics
  /** Adaptive compilation; null when the tier is fixed. */
  readonly tiers: TierMetrics | null
}

/** Which tier the code runs in, and why. */
type WithTier<T> = Omit<T, 'unit'> & { readonly tier: UnitStatus }

export function readMetrics(engine: Engine): Metrics {
  const { plannerLoadMillis, artifacts } = engine
  if (engine.idle) {
    return {
      sources: [],
      queries: [],
      sinks: [],
      rowErrors: [],
      memory: { takenBytes: 0, limitBytes: 0 },
      plannerLoadMillis,
      artifacts,
      tiers: null,
    }
  }
  const { graph, rowErrors } = engine.running.metrics()
  const { nodes } = engine.running.topology
  const { parts } = engine.running
  const withTier = <T extends { readonly unit: LoadedUnit }>({ unit, ...rest }: T): WithTier<T> => ({
    ...rest,
    tier: parts.statusOf(unit),
  })
  const bytesRead = new Map(nodes.map((node) => [node.name, node.feed?.driver.counters.bytes ?? 0]))
  return {
    sources: graph.sources.map((source) => ({
      ...withTier(source),
      name: objectOfInstance(source.name),
      bytesRead: bytesRead.get(source.name) ?? 0,
    })),
    queries: graph.queries.map(({ name, operators }) => ({
      name: objectOfInstance(name),
      operators: operators.map((operator) => withTier(operator)),
    })),
    sinks: nodes.flatMap(({ name, object, sink }) => {
      const unit = graph.encoders.find((encoder) => encoder.name === name)?.unit
      return sink === null ? [] : [{ name: object, rows: sink.rows, tier: unit ? parts.statusOf(unit) : null }]
    }),
    rowErrors,
    memory: graph.memory,
    plannerLoadMillis,
    artifacts,
    tiers: parts.tiers.metrics(),
  }
}
