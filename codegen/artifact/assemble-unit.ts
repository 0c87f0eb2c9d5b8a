import type { Unit } from '../../runtime/abi/artifact.ts'
import type { Span } from '../../sql/base/span.ts'
import { checkSource } from '../javascript/check.ts'
import { emitUnit } from '../javascript/unit.ts'
import { Costs } from '../kernel/cost.ts'
import type { ModuleIr } from '../kernel/ir.ts'
import { splitModule } from '../kernel/split.ts'
import { stageModule } from '../kernel/stages/stage-module.ts'
import { verifyModule } from '../kernel/verify.ts'

/** What the builder of a module knows beside the module. */
export interface UnitMeta {
  /** For each of the module's constants, the artifact's constant. */
  readonly constants: readonly number[]
  /** What `span` of the module's marks means. */
  readonly spans: readonly Span[]
}

/**
 * From kernel IR to a unit: verified, its great functions split, JavaScript emitted and checked. The unit keeps the module as it was
 * given, which is what the interpreter and later tiers read. Throws InternalError when a check fails: always a bug of ours.
 */
export function assembleUnit(module: ModuleIr, meta: UnitMeta): Unit {
  const start = performance.now()
  verifyModule(module)
  const costs = new Costs()
  const emitted = emitUnit(splitModule(stageModule(module, undefined, costs), undefined, costs))
  checkSource(emitted.source)
  return {
    name: module.name,
    constantCount: module.constantCount,
    constants: meta.constants,
    scratchSizeBytes: emitted.scratchSizeBytes,
    javascript: emitted.source,
    kernel: module,
    marks: emitted.marks.map((mark) => ({
      ...mark,
      span: mark.span === null ? null : (meta.spans[mark.span] ?? null),
    })),
    spans: meta.spans,
    generateMicros: Math.round((performance.now() - start) * 1000),
  }
}
