import { castOperations } from './cast-operations.ts'
import { choiceOperations } from './choice-operations.ts'
import { numberOperations } from './number-operations.ts'
import { textOperations } from './text-operations.ts'
import { timeOperations } from './time-operations.ts'
import type { Operation } from './operation.ts'

/** Everything the generator puts together. */
export const operations: readonly Operation[] = [
  ...numberOperations,
  ...choiceOperations,
  ...castOperations,
  ...textOperations,
  ...timeOperations,
]
