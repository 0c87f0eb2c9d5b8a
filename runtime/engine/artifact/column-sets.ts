import type { Artifact } from '../../abi/artifact.ts'
import { columnsReadBy } from '../deployment/artifact-inputs.ts'
import { columnsNeeded } from '../deployment/source-starter.ts'
import type { Planned } from '../planning/planned.ts'

type Reader = Planned & { readonly kind: 'insert' | 'select' }

/**
 * The sets of its columns that a source is decoded with when the program runs: those that the program reads as a whole, and, for
 * statements that read the source once more from its start, those that they read. Mirrors what deployments ask for
 * (`Engine.newBatch`, `ColumnsNeeded`).
 */
export function columnSets(
  source: Parameters<typeof columnsNeeded>[0],
  program: readonly Planned[],
): readonly (readonly number[])[] {
  const needed = (artifacts: readonly Artifact[]): readonly number[] =>
    [...columnsNeeded(source, columnsReadBy(artifacts))].toSorted((a, b) => a - b)
  if (source.connector === null) return [needed([])]
  const whole = program.flatMap((planned) => ('prepared' in planned ? [planned.prepared.artifact] : []))
  const again = readers(program).filter(({ prepared }) => reads(prepared.artifact, source.object.name, program))
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
