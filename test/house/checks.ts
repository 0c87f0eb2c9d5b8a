import type { Check } from './check.ts'
import { linksCheck, readmesCheck } from './check-documents.ts'
import { plannerCodesCheck, raisedCheck } from './check-messages.ts'
import { namesCheck } from './check-names.ts'
import { cyclesCheck, roomsCheck } from './check-rooms.ts'
import { sizesCheck } from './check-sizes.ts'
import { textCheck } from './check-text.ts'

/** Every rule of the house, in the order in which they are reported. */
export const checks: readonly Check[] = [
  roomsCheck,
  cyclesCheck,
  sizesCheck,
  namesCheck,
  textCheck,
  readmesCheck,
  linksCheck,
  plannerCodesCheck,
  raisedCheck,
]
