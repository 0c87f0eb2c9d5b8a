import { InternalError, type Diagnostic } from '../base/diagnostic.ts'
import { diagnose, type MessageValues, type Where } from './message.ts'
import { messages, type Code } from './raise.ts'

function isCode(code: string): code is Code {
  return Object.hasOwn(messages, code)
}

/**
 * The diagnostic of a code that arrives as data: a row-error site of an artifact, an error of the planner module. Where the
 * code is known when the program is written, call its function in `raise.ts` instead.
 */
export function diagnosticByCode(code: string, values: MessageValues, where: Where = {}): Diagnostic {
  if (!isCode(code)) throw new InternalError(`no message for code ${code}`)
  return diagnose([code, messages[code]], values, where)
}
