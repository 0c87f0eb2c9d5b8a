import { describe, expect, it } from 'vitest'
import { Costs } from '../../codegen/kernel/cost.ts'
import type { ModuleIr } from '../../codegen/kernel/ir.ts'
import { splitModule } from '../../codegen/kernel/split.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { ArtifactCache } from '../../runtime/engine/cache/artifact-cache.ts'
import { planProgram } from '../../runtime/engine/planning/plan-program.ts'
import { emptyCatalog } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { corpus } from '../safety/corpus.ts'

const functionBytesMax = 40 * 1024
const planner = loadPlanner()

function largestFunctionBytes(program: string): number {
  const state = { catalog: emptyCatalog, settings: defaultSettings, layouts: new Map() }
  const { statements } = planProgram(planner, state, {
    program,
    variables: { vars: {}, environment: {} },
    connectors: nodeWorld,
    cache: new ArtifactCache(null),
  })
  const units = statements.flatMap((planned) => ('prepared' in planned ? planned.prepared.artifact.units : []))
  const functions = units.flatMap(({ kernel }) => splitModule(kernel as ModuleIr).functions)
  const costs = new Costs()
  return Math.max(0, ...functions.map((subject) => costs.functionBytes(subject)))
}

describe('the estimate of bytecode', () => {
  it('is below 40 KB for every function of every program of tests and documentation', () => {
    for (const { place, sql } of corpus())
      expect(largestFunctionBytes(sql), place).toBeLessThanOrEqual(functionBytesMax)
  })
})
