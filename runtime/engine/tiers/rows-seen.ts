import type { GraphMetrics, LoadedUnit } from '../../dataflow/graph.ts'

/** How many rows each unit has been given since it is in use. A unit that only serves others counts the rows of its query. */
export function rowsSeen({ sources, queries, encoders }: GraphMetrics): (unit: LoadedUnit) => number {
  const byUnit = new Map<LoadedUnit, number>()
  const byOwner = new Map<string, number>()
  const count = (owner: string, unit: LoadedUnit, rows: number): void => {
    byUnit.set(unit, (byUnit.get(unit) ?? 0) + rows)
    byOwner.set(owner, Math.max(byOwner.get(owner) ?? 0, rows))
  }
  for (const { name, unit, rowsIn } of sources) count(name, unit, rowsIn)
  for (const { name, operators } of queries) for (const { unit, rowsIn } of operators) count(name, unit, rowsIn)
  for (const { unit, rows } of encoders) byUnit.set(unit, rows)
  return (unit) => byUnit.get(unit) ?? byOwner.get(unit.owner) ?? 0
}
