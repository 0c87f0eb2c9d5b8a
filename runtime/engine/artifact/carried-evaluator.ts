import type { Evaluator, EvaluatorRequest } from '../../../sql/planner/evaluator.ts'
import { loadPlanner } from '../../../sql/planner/planner.ts'
import { loadArrow } from '../rows/arrow-library.ts'

/** DataFusion's functions, for those that have no kernel of ours: its module, and Arrow to speak with it. */
export async function loadCarriedEvaluator(): Promise<(request: EvaluatorRequest) => Evaluator> {
  await loadArrow()
  const planner = loadPlanner()
  return (request) => planner.compileEvaluator(request)
}
