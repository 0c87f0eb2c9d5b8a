import { aggregateNames } from '../../../compiler/streaming/aggregate-facts.ts'
import { asksTheClock } from '../../../compiler/pipelines/evaluator-calls.ts'
import type { FunctionName } from '../../../sql/catalog/show.ts'
import { nativeFunctions } from '../../../sql/functions/native.ts'

/** Scalar functions of the planner: each name, and the name that plans have for it. */
export type PlannerFunctions = readonly (readonly [name: string, planned: string])[]

/** What SHOW FUNCTIONS lists: everything that a query can call, and how it runs. */
export function functionNames(plannerFunctions: PlannerFunctions): readonly FunctionName[] {
  const planned = new Map([...[...nativeFunctions.keys()].map((name) => [name, name] as const), ...plannerFunctions])
  const scalars = [...planned].filter(([, name]) => !asksTheClock(name) && !outside.has(name))
  return [
    ...scalars.map(([name, known]): FunctionName => ({
      name,
      kind: 'scalar',
      runs: nativeFunctions.has(known) ? 'compiled' : 'evaluated',
    })),
    ...aggregateNames.map((name): FunctionName => ({ name, kind: 'aggregate', runs: 'compiled' })),
  ]
}

/** DataFusion counts them with its plain functions; they are about nested values, Arrow's own types or files, which queries here have none of. */
const outside = new Set([
  'struct',
  'named_struct',
  'get_field',
  'union_extract',
  'union_tag',
  'arrow_metadata',
  'regexp_match',
  'with_metadata',
  'cast_to_type',
  'try_cast_to_type',
  'file_row_index',
  'input_file_name',
  'arrow_field',
])
