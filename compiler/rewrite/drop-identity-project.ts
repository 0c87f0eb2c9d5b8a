import { sameType } from '../../sql/types/sql-type.ts'
import type { Rule } from './rule.ts'

/** A projection that gives its input's columns, in order and under the same names. */
export const dropIdentityProject: Rule = {
  name: 'drop_identity_project',
  apply(plan) {
    if (plan.kind !== 'project' || plan.expressions.length !== plan.input.schema.length) return plan
    const same = plan.expressions.every((expression, index) => {
      const [from, to] = [plan.input.schema[index], plan.schema[index]]
      if (expression.kind !== 'column' || expression.index !== index || !from || !to) return false
      return from.name === to.name && from.nullable === to.nullable && sameType(from.type, to.type)
    })
    return same ? plan.input : plan
  },
}
