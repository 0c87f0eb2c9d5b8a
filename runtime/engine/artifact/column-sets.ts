import type { Artifact } from '../../abi/artifact.ts'
import type { SourceConnector } from '../../connect/connector.ts'
import { columnsReadBy } from '../deployment/artifact-inputs.ts'
import type { Planned } from '../planning/planned.ts'

type Reader = Planned & { readonly kind: 'insert' | 'select' }

/**
 * The sets of its columns that a source is decoded with when the program runs: those that the program reads as a whole, and, for
 * statements that read the source once more from its start, those that they read. Mirrors what deployments ask for
 * (`Engine.newBatch`, `ColumnsNeeded`).
 */
export function columnSets(
  source: string,
  facts: {
    readonly columnCount: number
    readonly connector: SourceConnector | null
    readonly program: readonly Planned[]
  },
): readonly (readonly number[])[] {
  const { columnCount, connector, program } = facts
  const all = Array.from({ length: columnCount }, (_, index) => index)
  if (connector === null) return [all]
  const needed = (artifacts: readonly Artifact[]): readonly number[] => {
    const columns = columnsReadBy(artifacts).get(source)
    return columns === undefined ? all : [...columns].toSorted((a, b) => a - b)
  }
  const whole = program.flatMap((planned) => ('prepared' in planned ? [planned.prepared.artifact] : []))
  const again = readers(program).filter(({ prepared }) => reads(prepared.artifact, source, program))
  const sets = [needed(whole), ...again.map(({ prepared }) => needed([prepared.artifact]))]
  return [...new Map(sets.map((set) => [set.join(), set])).values()]
}

/** Statements that run to their end by themselves; a final SELECT runs with the program. */
function readers(program: readonly Planned[]): readonly Reader[] {
  return program.flatMap((planned, index) =>
    planned.kind === 'insert' || (planned.kind === 'select' && index < program.length - 1) ? [planned] : [],
  )
}

/** Directly, or through streams and views. */
function reads(artifact: Artifact, source: string, program: readonly Planned[]): boolean {
  const created = new Map(
    program.flatMap((planned) =>
      planned.kind === 'create_query' ? [[planned.object.name, planned.object] as const] : [],
    ),
  )
  const leadsTo = (name: string): boolean => name === source || (created.get(name)?.reads ?? []).some(leadsTo)
  return [...columnsReadBy([artifact]).keys()].some(leadsTo)
}
