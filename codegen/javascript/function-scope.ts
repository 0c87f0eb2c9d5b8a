import { must } from '../../sql/base/assert.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { Expression, Variable } from '../kernel/ir.ts'
import { constDeclaration, element, ifStatement, literal } from './nodes.ts'
import type { Js, JsStatement, Name } from './nodes.ts'
import { scratchBase, shifted } from './unit-scope.ts'
import type { UnitScope } from './unit-scope.ts'

/**
 * A place in memory whose parts have been evaluated: `address` (+ `offset`), element `index` of the size `sizeBytes`.
 * From one access come element references of any view, e.g. the two halves of an i64.
 */
export interface Access {
  readonly base: Expression
  readonly offset: number
  readonly index: Js | null
  readonly sizeBytes: number
}

/**
 * How a variable lives in JavaScript.
 *
 * | type | immutable | mutable |
 * |---|---|---|
 * | i1, i32, f64 | `const` | `let` |
 * | i64, value is a load | `loaded`: read as a BigInt, as two Int32 halves or both, as its uses ask | `cell` |
 * | i64, other value | `wide`: a BigInt `const`, halves by way of memory when asked | `cell` |
 * | i128 | `cell` | `cell` |
 *
 * A mutable i64 is a memory cell because V8 boxes a BigInt that merges at a join of control flow.
 */
export type Slot =
  | { readonly kind: 'plain'; readonly name: Name; readonly later: Later }
  | {
      readonly kind: 'loaded'
      readonly variable: Variable
      readonly access: Access
      readonly later: Later
      readonly parts: Parts
    }
  | {
      readonly kind: 'wide'
      readonly variable: Variable
      readonly name: Name
      readonly later: Later
      readonly parts: Parts
    }
  | { readonly kind: 'cell'; readonly offset: number }

/** Where statements may still be put that must run where the variable is declared. */
export type Later = JsStatement[]

/** Names made so far for an i64: itself, its halves. */
export interface Parts {
  whole: Name | null
  low: Name | null
  high: Name | null
}

/** The emitters of expressions, for the emitters of their parts: these know each other by the scope alone. */
export interface Emitters {
  readonly emit: (scope: FunctionScope, expression: Expression) => Js
  readonly emitInto: (scope: FunctionScope, expression: Expression, cell: number) => void
}

/** Which expressions contain a call with an effect. */
export interface Effects {
  has(expression: Expression): boolean
}

interface FunctionOptions {
  /** Where the result goes when it is not returned. */
  readonly resultCell: number | null
  /** Expressions that contain a call with an effect: their order is kept by binding what comes before. */
  readonly effects: Effects
  readonly emitters: Emitters
}

/** The state of emitting one function: the open block and what each variable is. */
export class FunctionScope {
  readonly unit: UnitScope
  readonly resultCell: number | null
  /** Expressions that contain a call with an effect: their order is kept by binding what comes before. */
  readonly effects: Effects
  readonly #emitters: Emitters
  readonly #slots = new Map<number, Slot>()
  /** By variable, then by offset and shift. */
  readonly #shifts = new Map<number, Map<number, Name>>()
  readonly #loops: { readonly label: number; readonly name: Name; isNamed: boolean }[] = []
  #statements: JsStatement[] = []

  constructor(unit: UnitScope, options: FunctionOptions) {
    this.unit = unit
    this.resultCell = options.resultCell
    this.effects = options.effects
    this.#emitters = options.emitters
  }

  /** JavaScript for an expression (expressions.ts). */
  emit(expression: Expression): Js {
    return this.#emitters.emit(this, expression)
  }

  /** Evaluates an i128 into a cell. */
  emitInto(expression: Expression, cell: number): void {
    this.#emitters.emitInto(this, expression, cell)
  }

  push(statement: JsStatement): void {
    this.#statements.push(statement)
  }

  pushIf(test: Js, consequent: readonly JsStatement[], alternate: readonly JsStatement[]): void {
    this.push(ifStatement(test, consequent, alternate))
  }

  /** What `emit` pushes, as a block of its own. */
  block(emit: () => void): JsStatement[] {
    const outer = this.#statements
    const inner: JsStatement[] = []
    this.#statements = inner
    emit()
    this.#statements = outer
    return inner
  }

  /** A place in the open block for statements that turn out to be needed. */
  later(): Later {
    const statements: JsStatement[] = []
    this.push({ type: 'Later', statements })
    return statements
  }

  /** Evaluates here and now, under a new name. */
  bind(role: string, value: Js): Name {
    const name = this.unit.names.mint(role)
    this.push(constDeclaration(name, value))
    return name
  }

  /** The value as something that may be repeated and moved past stores: a name or a literal. */
  stable(role: string, value: Js): Js {
    return isStable(value) ? value : this.bind(role, value)
  }

  declare(variable: Variable, slot: Slot): void {
    this.#slots.set(variable.id, slot)
  }

  slot(variable: Variable): Slot {
    const slot = this.#slots.get(variable.id)
    if (!slot) throw new InternalError(`variable ${variable.id} is not declared`)
    return slot
  }

  /** `(variable + offset) >> shift`: computed once, where the variable is declared. */
  shiftedVariable(variable: Variable, offset: number, shift: number): Js {
    const slot = this.slot(variable)
    if (slot.kind !== 'plain') return shifted(literal(0), offset, shift)
    if (variable.mutable) return shifted(slot.name, offset, shift)
    if (offset === 0 && shift === 0) return slot.name
    const names = this.#shifts.get(variable.id) ?? new Map<number, Name>()
    this.#shifts.set(variable.id, names)
    const key = 4 * offset + shift
    const known = names.get(key)
    if (known) return known
    const name = this.unit.names.mint(variable.role)
    slot.later.push(constDeclaration(name, shifted(slot.name, offset, shift)))
    names.set(key, name)
    return name
  }

  /** The i64 or i32 element of a scratch cell. */
  cellElement(offset: number, view: 'i64' | 'i32' | 'f64'): Js {
    const name = this.unit.fixedAddress(scratchBase, offset, view === 'i32' ? 2 : 3)
    return element(this.unit.view(view), name)
  }

  openLoop(label: number): void {
    this.#loops.push({ label, name: this.unit.names.mint('loop'), isNamed: false })
  }

  /** The loop's name when something jumped to it from an inner loop. */
  closeLoop(): Name | null {
    const loop = must(this.#loops.pop(), 'an open loop')
    return loop.isNamed ? loop.name : null
  }

  /** The name a jump to `label` needs: null for the innermost loop. */
  jumpTarget(label: number): Name | null {
    const loop = must(this.#loops.findLast((candidate) => candidate.label === label))
    if (loop === this.#loops.at(-1)) return null
    loop.isNamed = true
    return loop.name
  }
}

/** A name or a literal. Every name stands for a value that does not change while an expression is evaluated. */
export function isStable(value: Js): boolean {
  if (value.type === 'Identifier' || value.type === 'Literal') return true
  return value.type === 'UnaryExpression' && value.argument.type === 'Literal'
}
