import { Costs } from '../cost.ts'
import type { FunctionIr, ModuleIr, Statement } from '../ir.ts'
import { greatestLabel, greatestVariable } from '../variables.ts'
import { stageLoop } from './stage-loop.ts'
import type { StageSite } from './stage-loop.ts'

export interface StageLimits {
  /** Functions up to this size are left alone. */
  readonly functionSizeBytesMax: number
  readonly stageSizeBytesMax: number
}

/** A stage of this size runs from the first-level instruction cache (docs/internals/javascript-tier.md). */
const defaults: StageLimits = { functionSizeBytesMax: 40_000, stageSizeBytesMax: 11_000 }

/**
 * Cuts the row loops of great functions into stages (kernels.md calls it relaxed fusion). A row loop whose code exceeds the CPU's
 * instruction cache costs ten times as much per expression; as stages over chunks of rows it does not. Where a loop cannot be cut, it
 * stays, and the splitter makes it fit for V8.
 */
export function stageModule(module: ModuleIr, limits: StageLimits = defaults, costs: Costs = new Costs()): ModuleIr {
  if (module.functions.every((subject) => costs.functionBytes(subject) <= limits.functionSizeBytesMax)) return module
  let scratchSizeBytes = Math.ceil(module.scratchSizeBytes / 16) * 16
  let label = 1 + Math.max(...module.functions.map(greatestLabel))
  const functions = module.functions.map((subject) => {
    if (costs.functionBytes(subject) <= limits.functionSizeBytesMax) return subject
    let variable = 1 + greatestVariable(subject)
    const site: StageSite = {
      parameters: subject.parameters,
      costs,
      fresh: (role, { type, mutable }) => ({ id: variable++, role, type, mutable }),
      label: () => label++,
      area: (sizeBytes) => {
        const offset = scratchSizeBytes
        scratchSizeBytes = offset + Math.ceil(sizeBytes / 16) * 16
        return offset
      },
    }
    return stageFunction(subject, limits, site)
  })
  return { ...module, functions, scratchSizeBytes }
}

function stageFunction(subject: FunctionIr, limits: StageLimits, site: StageSite): FunctionIr {
  const body = subject.body.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== 'for' || site.costs.blockBytes(statement.body) <= limits.stageSizeBytesMax)
      return [statement]
    return stageLoop(statement, limits.stageSizeBytesMax, site) ?? [statement]
  })
  return { ...subject, body }
}
