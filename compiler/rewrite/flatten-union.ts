import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import { sameType } from '../../sql/types/sql-type.ts'
import type { Rule } from './rule.ts'

/** UNION ALL of a UNION ALL: one union of all inputs, where the types agree without casts. */
export const flattenUnion: Rule = {
  name: 'flatten_union',
  apply(plan) {
    if (plan.kind !== 'union') return plan
    const flat = plan.inputs.flatMap((input) => (fits(input, plan) ? input.inputs : [input]))
    return flat.length === plan.inputs.length ? plan : { ...plan, inputs: flat }
  },
}

function fits(input: LogicalPlan, union: LogicalPlan): input is LogicalPlan & { readonly kind: 'union' } {
  if (input.kind !== 'union' || input.inputs.length < 2) return false
  return input.schema.every((column, index) => {
    const wanted = union.schema[index]
    return wanted !== undefined && sameType(column.type, wanted.type)
  })
}
