import { hasEffect } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import { operandsOf } from '../kernel/walk.ts'
import type { Effects } from './function-scope.ts'

/** Looks when it is asked, and once. Most expressions that it is asked about are variables and constants. */
export class CallEffects implements Effects {
  readonly #known = new Map<Expression, boolean>()

  has(expression: Expression): boolean {
    switch (expression.kind) {
      case 'const':
      case 'local':
      case 'constant':
      case 'scratch':
        return false
      case 'call':
        return true
      default:
        return this.#known.get(expression) ?? this.#look(expression)
    }
  }

  #look(expression: Expression): boolean {
    const own = expression.kind === 'library' && hasEffect(expression.name)
    const found = own || operandsOf(expression).some((operand) => this.has(operand))
    this.#known.set(expression, found)
    return found
  }
}
