import type { FunctionIr, ModuleIr } from '../../../codegen/kernel/ir.ts'
import { forEachStatement } from '../../../codegen/kernel/walk.ts'
import { moduleNameOf } from '../../../codegen/wasm/module-name.ts'
import type { Span } from '../../../sql/base/span.ts'
import type { Unit } from '../../abi/artifact.ts'
import { linesBeforeUnit, scriptUrl } from '../../worker/load.ts'
import type { Origin, UnitDescription, UnitFunction } from './unit-description.ts'

/** Names for the scripts of units, of which no two that live have the same. */
export class ScriptNames {
  readonly #names = new WeakMap<Unit, string>()
  readonly #counts = new Map<string, number>()

  of(unit: Unit): string {
    const known = this.#names.get(unit)
    if (known !== undefined) return known
    const count = (this.#counts.get(unit.name) ?? 0) + 1
    this.#counts.set(unit.name, count)
    const name = count === 1 ? unit.name : `${unit.name}-${count}`
    this.#names.set(unit, name)
    return name
  }
}

/** Describes a unit that still has its kernel. `script`: the name that its JavaScript was loaded under. */
export function describeUnit(unit: Unit, script: string): UnitDescription {
  const kernel = unit.kernel as ModuleIr
  const { javascript, marks, spans } = unit
  return {
    script: scriptUrl(script),
    linesBefore: linesBeforeUnit,
    javascript,
    marks,
    module: moduleNameOf(kernel),
    functions: kernel.functions.map((subject) => describeFunction(subject, spans)),
  }
}

function describeFunction({ name, body }: FunctionIr, spans: readonly Span[]): UnitFunction {
  const origins = new Map<string, Origin>()
  forEachStatement(body, (statement) => {
    if (statement.kind !== 'mark') return
    const { planNode, operator, span } = statement
    origins.set(`${planNode} ${span}`, { planNode, operator, span: span === null ? null : (spans[span] ?? null) })
  })
  return { name, origins: [...origins.values()] }
}
