import type { Expression, FunctionIr, Statement, Variable } from './ir.ts'
import { blocksOf, expressionsOf, forEachStatement, operandsOf } from './walk.ts'

/** How some statements use variables and control flow. */
export interface Usage {
  /** Read or set, declared anywhere. */
  readonly used: ReadonlyMap<number, Variable>
  readonly written: ReadonlyMap<number, Variable>
  /** Declared in the statements or in blocks and loops within. */
  readonly declared: ReadonlySet<number>
  /** Jumps out of the statements, each once. */
  readonly jumps: readonly Jump[]
}

export type Jump = Extract<Statement, { readonly kind: 'break' | 'continue' | 'return' }>

/** What a run of statements reads, sets, declares and where it jumps. */
export function usageOf(statements: readonly Statement[]): Usage {
  const collector = new Collector()
  collector.block(statements)
  return collector
}

/** Ids of the variables that an expression or a statement (with its blocks) uses. */
export function usedBy(statement: Statement): Iterable<number> {
  return usageOf([statement]).used.keys()
}

export function jumpKey(jump: Jump): string {
  return jump.kind === 'return' ? 'return' : `${jump.kind} ${jump.label}`
}

class Collector implements Usage {
  readonly used = new Map<number, Variable>()
  readonly written = new Map<number, Variable>()
  readonly declared = new Set<number>()
  readonly #jumps = new Map<string, Jump>()
  readonly #loops = new Set<number>()

  get jumps(): readonly Jump[] {
    return [...this.#jumps.values()]
  }

  block(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    for (const expression of expressionsOf(statement)) this.#expression(expression)
    switch (statement.kind) {
      case 'let':
        this.declared.add(statement.variable.id)
        return
      case 'set':
        this.used.set(statement.variable.id, statement.variable)
        this.written.set(statement.variable.id, statement.variable)
        return
      case 'break':
      case 'continue':
        if (!this.#loops.has(statement.label)) this.#jumps.set(jumpKey(statement), statement)
        return
      case 'return':
        this.#jumps.set('return', statement)
        return
      case 'for':
        this.declared.add(statement.variable.id)
        this.#loop(statement)
        return
      case 'while':
        this.#loop(statement)
        return
      default:
        for (const block of blocksOf(statement)) this.block(block)
    }
  }

  #loop(statement: Extract<Statement, { readonly kind: 'for' | 'while' }>): void {
    this.#loops.add(statement.label)
    this.block(statement.body)
    this.#loops.delete(statement.label)
  }

  #expression(expression: Expression): void {
    if (expression.kind === 'local') this.used.set(expression.variable.id, expression.variable)
    for (const operand of operandsOf(expression)) this.#expression(operand)
  }
}

/** The greatest id of a function's variables, -1 for none. */
export function greatestVariable(subject: FunctionIr): number {
  let greatest = -1
  const see = (variable: Variable): void => {
    greatest = Math.max(greatest, variable.id)
  }
  subject.parameters.forEach(see)
  forEachStatement(subject.body, (statement) => {
    if (statement.kind === 'let' || statement.kind === 'for') see(statement.variable)
  })
  return greatest
}

/** The greatest label of a function's loops, 0 for none. */
export function greatestLabel(subject: FunctionIr): number {
  let greatest = 0
  forEachStatement(subject.body, (statement) => {
    if (statement.kind === 'for' || statement.kind === 'while') greatest = Math.max(greatest, statement.label)
  })
  return greatest
}
