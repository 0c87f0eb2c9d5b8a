import { must } from '../../sql/base/assert.ts'
import type { Expression, Statement, ValueType, Variable } from '../kernel/ir.ts'
import type { Code, FunctionRef, WasmModule, WasmType, WasmTypes } from './module.ts'
import type { UnitScope } from './unit-scope.ts'

/** An i128 as two i64 that can be read any number of times once `setup` has run. */
export interface Wide {
  readonly setup: readonly Code[]
  readonly low: () => Code
  readonly high: () => Code
}

/** A local that holds a value which is used more than once. */
export interface Temporary {
  readonly set: (value: Code) => Code
  /** Sets it and is its value. */
  readonly tee: (value: Code) => Code
  readonly get: () => Code
}

/** Operands of a binary operator; `constant`: the value of the right one where it is known. */
export interface Operands {
  readonly left: Code
  readonly right: Code
  readonly constant: number | bigint | boolean | null
}

/** The emitters of expressions, for the emitters of their parts: these know each other by the scope alone. */
export interface Emitters {
  readonly emit: (scope: FunctionScope, expression: Expression) => Code
  readonly emitWide: (scope: FunctionScope, expression: Expression) => Wide
}

/** Two words of 32 bits that were loaded as one of 64. */
export interface WordPair {
  readonly second: Variable
  readonly whole: Temporary
}

type Mark = Statement & { readonly kind: 'mark' }

interface LoopLabels {
  readonly label: number
  readonly leave: string
  readonly next: string
}

/** Locals and labels of one function. Every variable of the IR has its local, or two for an i128; the optimiser merges what can be merged. */
export class FunctionScope {
  readonly unit: UnitScope
  readonly code: WasmModule
  readonly types: WasmTypes
  readonly #emitters: Emitters
  readonly #locals: WasmType[] = []
  readonly #indexes = new Map<number, number>()
  readonly #pairs = new Map<number, WordPair>()
  readonly #loops: LoopLabels[] = []
  readonly #marked: { readonly code: Code; readonly mark: Mark }[] = []
  #mark: Mark | null = null
  #labelCount = 0

  constructor(unit: UnitScope, emitters: Emitters) {
    this.unit = unit
    this.#emitters = emitters
    this.code = unit.code
    this.types = unit.types
  }

  /** An expression that is no i128. */
  emit(expression: Expression): Code {
    return this.#emitters.emit(this, expression)
  }

  /** An expression that is an i128. */
  emitWide(expression: Expression): Wide {
    return this.#emitters.emitWide(this, expression)
  }

  /** Types of all locals, parameters first. */
  get locals(): readonly WasmType[] {
    return this.#locals
  }

  declare({ id, type }: Variable): void {
    if (this.#indexes.has(id)) return
    this.#indexes.set(id, this.#locals.length)
    if (type === 'i128') this.#locals.push(this.types.i64, this.types.i64)
    else this.#locals.push(this.unit.typeOf(type))
  }

  read({ id, type }: Variable): Code {
    return this.code.local.get(this.#indexOf(id), this.unit.typeOf(type))
  }

  assign({ id }: Variable, value: Code): Code {
    return this.code.local.set(this.#indexOf(id), value)
  }

  /** `first` is the low half of the pair. */
  pair(first: Variable, pair: WordPair): void {
    this.#pairs.set(first.id, pair)
  }

  pairOf(first: Variable): WordPair | null {
    return this.#pairs.get(first.id) ?? null
  }

  readWide({ id }: Variable): Wide {
    const index = this.#indexOf(id)
    return {
      setup: [],
      low: () => this.code.local.get(index, this.types.i64),
      high: () => this.code.local.get(index + 1, this.types.i64),
    }
  }

  assignWide({ id }: Variable, value: Wide): Code {
    const index = this.#indexOf(id)
    const { code } = this
    // both halves are read before either is written: the value may be the variable itself, or be made of it
    const high = this.temporary('i64')
    return code.block(null, [
      ...value.setup,
      high.set(value.high()),
      code.local.set(index, value.low()),
      code.local.set(index + 1, high.get()),
    ])
  }

  temporary(type: Exclude<ValueType, 'i128'> | 'v128' | 'pair'): Temporary {
    const wasmType = type === 'v128' ? this.types.v128 : type === 'pair' ? this.types.pair : this.unit.typeOf(type)
    const index = this.#locals.length
    this.#locals.push(wasmType)
    const { local } = this.code
    return {
      set: (value) => local.set(index, value),
      tee: (value) => local.tee(index, value, wasmType),
      get: () => local.get(index, wasmType),
    }
  }

  /** A label that no other block of the function has. */
  label(role: string): string {
    this.#labelCount += 1
    return `${role}_${this.#labelCount}`
  }

  openLoop(label: number): LoopLabels {
    const labels = { label, leave: this.label('leave'), next: this.label('next') }
    this.#loops.push(labels)
    return labels
  }

  closeLoop(): void {
    this.#loops.pop()
  }

  loop(label: number): LoopLabels {
    return must(
      this.#loops.findLast((open) => open.label === label),
      `loop ${label}`,
    )
  }

  /** What follows comes from this plan node. */
  mark(mark: Mark): void {
    this.#mark = mark
  }

  marked(code: Code): Code {
    if (this.#mark) this.#marked.push({ code, mark: this.#mark })
    return code
  }

  /** Debug locations of the finished function: the plan node as line, the span's number plus one as column (0: none). */
  applyMarks(made: FunctionRef): void {
    if (this.#marked.length === 0) return
    const file = this.unit.planFile()
    for (const { code, mark } of this.#marked) {
      this.code.setDebugLocation(made, code, file, mark.planNode, mark.span === null ? 0 : mark.span + 1)
    }
  }

  #indexOf(id: number): number {
    return must(this.#indexes.get(id), `variable ${id}`)
  }
}
