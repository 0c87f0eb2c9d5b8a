import { SqlError } from '../../../sql/base/diagnostic.ts'
import { artifactCorrupt } from '../../../sql/messages/raise.ts'
import type { Evaluator, EvaluatorRequest } from '../../../sql/planner/evaluator.ts'
import { loadPlanner, type Planner } from '../../../sql/planner/planner.ts'
import { loadArrow } from '../rows/arrow-library.ts'

/** DataFusion's functions, for those that have no kernel of ours: its module, and Arrow to speak with it. @throws SqlError artifact_corrupt */
export async function loadCarriedEvaluator(): Promise<(request: EvaluatorRequest) => Evaluator> {
  await loadArrow()
  const planner = load()
  return (request) => planner.compileEvaluator(request)
}

function load(): Planner {
  try {
    return loadPlanner()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const hint = "copy it from the artifact's runtime to where the bundle lies"
    throw new SqlError([artifactCorrupt({ detail: 'planner.wasm.br is missing' }, { hint })])
  }
}
