import { unreachable } from '../base/assert.ts'
import { mapAll } from './expression-tree.ts'
import type { LogicalPlan } from './logical-plan.ts'

export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return []
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window_table':
    case 'distinct':
      return [plan.input]
    case 'union':
      return plan.inputs
    default:
      return unreachable(plan)
  }
}

/** The plan with each input replaced by what `change` gives; the same object when none changed. */
export function mapInputs(plan: LogicalPlan, change: (input: LogicalPlan) => LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return plan
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window_table':
    case 'distinct': {
      const input = change(plan.input)
      return input === plan.input ? plan : { ...plan, input }
    }
    case 'union': {
      const inputs = mapAll(plan.inputs, change)
      return inputs === plan.inputs ? plan : { ...plan, inputs }
    }
    default:
      return unreachable(plan)
  }
}

/** Names of the objects that a plan reads, each once, in the order of the text. */
export function objectsRead(plan: LogicalPlan): readonly string[] {
  if (plan.kind === 'scan') return [plan.object]
  return [...new Set(inputsOf(plan).flatMap(objectsRead))]
}
