import type { Statement } from './ir.ts'
import { forEachStatement } from './walk.ts'

/** Whether control can reach the end of a block: false when every path returns, breaks or continues before. */
export function alwaysLeaves(block: readonly Statement[]): boolean {
  return block.some(leaves)
}

function leaves(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
    case 'break':
    case 'continue':
      return true
    case 'if':
      return alwaysLeaves(statement.then) && alwaysLeaves(statement.otherwise)
    case 'while':
      return statement.condition.kind === 'const' && statement.condition.value === true && !breaksOut(statement)
    default:
      return false
  }
}

function breaksOut(loop: Statement & { readonly kind: 'while' }): boolean {
  let found = false
  forEachStatement(loop.body, (statement) => {
    if (statement.kind === 'break' && statement.label === loop.label) found = true
  })
  return found
}
