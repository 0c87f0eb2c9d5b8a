import { describe, expect, it } from 'vitest'
import { ArtifactCache } from '../../runtime/engine/cache/artifact-cache.ts'
import { compileSource } from '../../runtime/engine/planning/compile-source.ts'
import { planProgram } from '../../runtime/engine/planning/plan-program.ts'
import type { Planned } from '../../runtime/engine/planning/planned.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { emptyCatalog } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import { loadPlanner, type Planner } from '../../sql/planner/planner.ts'
import { corpus } from './corpus.ts'
import { RenamingPlanner } from './other-names.ts'

const planner = loadPlanner()

/** The JavaScript of everything that the program would load, in order. */
function sources(by: Planner, text: string): readonly string[] {
  const state = { catalog: emptyCatalog, settings: defaultSettings, layouts: new Map() }
  const world = {
    program: text,
    variables: { vars: {}, environment: {} },
    connectors: nodeWorld,
    cache: new ArtifactCache(null),
  }
  return planProgram(by, state, world).statements.flatMap(sourcesOf)
}

function sourcesOf(planned: Planned): readonly string[] {
  if ('prepared' in planned) return planned.prepared.artifact.units.map(({ javascript }) => javascript)
  if (planned.kind !== 'create_source') return []
  const { object, connector } = planned
  return compileSource(object, new Set(object.columns.keys()), connector).units.map(({ javascript }) => javascript)
}

/** The same statements elsewhere: every span differs. */
function moved(text: string): string {
  return `-- moved\n\n   /* and moved again */ ${text}`
}

describe('generated code depends on the shape of the plan alone', () => {
  let unitCount = 0
  let renamedCount = 0

  for (const { place, sql } of corpus()) {
    it(`of ${place}`, () => {
      const plain = sources(planner, sql)
      const renaming = new RenamingPlanner(planner)
      // What the compiler asks of a planner is `parse`, `plan` and `release`.
      const renamed = sources(renaming as unknown as Planner, sql)
      expect(renamed).toEqual(plain)
      expect(sources(planner, moved(sql))).toEqual(plain)
      unitCount += plain.length
      renamedCount += renaming.renamed
    })
  }

  it('over a corpus worth the name', () => {
    // runs after the others: counts what they have seen
    expect(unitCount).toBeGreaterThan(100)
    expect(renamedCount).toBeGreaterThan(500)
  })
})
