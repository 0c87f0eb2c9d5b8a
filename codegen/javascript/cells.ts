import type { FunctionScope } from './function-scope.ts'
import { assign, element, infix, literal, wrap32 } from './nodes.ts'
import type { Js } from './nodes.ts'
import { scratchBase } from './unit-scope.ts'

/** Copies 16 bytes between addresses. */
export function copyWords(scope: FunctionScope, to: Js, from: Js): void {
  const target = scope.stable('at', infix('>>', to, literal(3)))
  const source = scope.stable('at', infix('>>', from, literal(3)))
  for (const word of [0, 1]) {
    const at = (base: Js): Js =>
      element(scope.unit.view('i64'), word === 0 ? base : wrap32(infix('+', base, literal(word))))
    scope.push(assign(at(target), at(source)))
  }
}

export function cellAddress(scope: FunctionScope, cell: number): Js {
  return scope.unit.fixedAddress(scratchBase, cell, 0)
}
