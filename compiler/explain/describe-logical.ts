import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import { inputsOf } from '../../sql/plan/plan-tree.ts'
import { printAggregate, printExpression } from '../../sql/plan/print-expression.ts'
import { projectionText, scanText, valuesText, windowText } from './operator-text.ts'
import { viewColumns, type ViewNode } from './view.ts'

/** The logical plan, after rewriting. */
export function describeLogical(plan: LogicalPlan): ViewNode {
  return {
    id: null,
    operator: plan.kind,
    detail: detailOf(plan),
    properties: [],
    columns: viewColumns(plan.schema),
    span: plan.span ?? null,
    inputs: inputsOf(plan).map(describeLogical),
  }
}

function detailOf(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan':
      return scanText(plan.object, plan.schema)
    case 'values':
      return valuesText(plan.rows)
    case 'filter':
      return printExpression(plan.predicate, plan.input.schema)
    case 'project':
      return projectionText(plan.expressions, plan.input.schema, plan.schema)
    case 'aggregate': {
      const groups = plan.groups.map((group) => printExpression(group, plan.input.schema))
      const aggregates = plan.aggregates.map((call) => printAggregate(call, plan.input.schema))
      return groupingText(groups, aggregates)
    }
    case 'window_table':
      return windowText(plan.window, plan.input.schema)
    case 'union':
      return 'all'
    case 'distinct':
      return ''
  }
}

/** `count(*), sum(x) by k` */
export function groupingText(groups: readonly string[], aggregates: readonly string[]): string {
  const by = groups.length === 0 ? [] : [`by ${groups.join(', ')}`]
  const computed = aggregates.length === 0 ? [] : [aggregates.join(', ')]
  return [...computed, ...by].join(' ')
}
