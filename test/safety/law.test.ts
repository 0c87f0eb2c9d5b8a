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

  const over = (expression: string): readonly string[] =>
    sources(
      planner,
      `CREATE SOURCE t (ts TIMESTAMP, d DATE, s TEXT, WATERMARK FOR ts AS ts); SELECT ${expression} AS x, count(*) FROM t GROUP BY 1`,
    )
  const texts = (...items: readonly string[]): string => `s IN (${items.map((item) => `'${item}'`).join(', ')})`

  it.each([
    [`ts + INTERVAL '5' SECOND`, `ts + INTERVAL '3 days 7 hours'`],
    [`ts - INTERVAL '1' MONTH`, `ts - INTERVAL '14 months 2 days'`],
    [`INTERVAL '1' DAY * 3`, `INTERVAL '7 months' * 3`],
    [`d > DATE '2026-01-01'`, `d > DATE '1969-12-31'`],
    [texts('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), texts('a', 'a', 'a', 'd', 'é'.repeat(40), 'd', 'd', 'd')],
    [texts('a', 'b'), texts('a', 'a')],
    [`s LIKE 'abc%'`, `s LIKE 'défg%'`],
    [`s ~ '^a+$'`, `s ~ '(b|c){3}'`],
    [`to_char(ts, '%Y')`, `to_char(ts, '%H:%M')`],
    [`date_trunc('month', ts)`, `date_trunc('MONTH', ts)`],
  ])('which quoted text is not: %s and %s', (one, other) => {
    expect(over(other)).toEqual(over(one))
  })

  it.each([
    ['the unit of a truncation', `date_trunc('hour', ts)`, `date_trunc('month', ts)`],
    ['the field of EXTRACT', `extract(year FROM ts)`, `extract(minute FROM ts)`],
    ['flags other than i', `regexp_like(s, 'a', 'i')`, `regexp_like(s, 'a', 's')`],
    ['where wildcards of LIKE stand', `s LIKE 'a%'`, `s LIKE '%a_b'`],
    ['months in an interval', `ts + INTERVAL '1' DAY`, `ts + INTERVAL '1' MONTH`],
    ['the size of a window', `tumble(ts, INTERVAL '1' MINUTE)`, `tumble(ts, INTERVAL '2' MINUTE)`],
  ])('but for %s, which chooses an operation', (_, one, other) => {
    // the boundary that README.md draws: if one of these no longer differs, it is to be taken out there
    expect(over(other)).not.toEqual(over(one))
  })

  it('over a corpus worth the name', () => {
    // runs after the others: counts what they have seen
    expect(unitCount).toBeGreaterThan(100)
    expect(renamedCount).toBeGreaterThan(500)
  })
})
