import { letVariable, local } from '../build.ts'
import type { Expression, Statement, Variable } from '../ir.ts'
import { rewriteBlock } from '../rewrite.ts'
import type { FreshVariable } from '../unfold.ts'
import type { Usages } from '../variables.ts'
import { forEachExpression } from '../walk.ts'

/**
 * `written = written + 1` stands at the end of a row and everything before it reads `written`: one variable that outlives the row would
 * hold all stores together. So after the last way to leave the row its value is put into a variable of the row, and it is counted up
 * there and then:
 *
 *     store out[written] = a                let at = written
 *     store other[written] = b        =>    set written = written + 1
 *     set written = written + 1             store out[at] = a ..
 */
export function countEarly(body: readonly Statement[], usages: Usages, fresh: FreshVariable): readonly Statement[] {
  const start = 1 + body.findLastIndex((statement) => usages.of(statement).jumps.length > 0)
  const tail = body.slice(start)
  const counter = tail.findLast((statement) => isCounter(statement, body, usages))
  if (counter?.kind !== 'set') return body
  const { variable } = counter
  const at = fresh('at', { type: variable.type, mutable: false })
  const [before, after] = [tail.slice(0, tail.indexOf(counter)), tail.slice(tail.indexOf(counter) + 1)]
  return [
    ...body.slice(0, start),
    letVariable(at, local(variable)),
    counter,
    ...replaceReads(before, variable, at),
    ...after,
  ]
}

/** A `set` of a variable that nothing else in the body sets, of a value made of it and constants. */
function isCounter(statement: Statement, body: readonly Statement[], usages: Usages): boolean {
  if (statement.kind !== 'set' || !isOwnArithmetic(statement.value, statement.variable)) return false
  const { id } = statement.variable
  const isSetElsewhere = body.some((other) => other !== statement && usages.of(other).written.has(id))
  const isDeclaredHere = body.some((other) => usages.of(other).declared.has(id))
  return !isSetElsewhere && !isDeclaredHere
}

function isOwnArithmetic(expression: Expression, variable: Variable): boolean {
  let isOwn = true
  forEachExpression(expression, (inner) => {
    const isAllowed =
      inner.kind === 'const' || inner.kind === 'binary' || (inner.kind === 'local' && inner.variable.id === variable.id)
    if (!isAllowed) isOwn = false
  })
  return isOwn
}

function replaceReads(block: readonly Statement[], variable: Variable, by: Variable): readonly Statement[] {
  return rewriteBlock(block, {
    expression: (expression) =>
      expression.kind === 'local' && expression.variable.id === variable.id ? local(by) : expression,
    statement: (statement) => [statement],
  })
}
