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

/** What statements read, set, declare and where they jump. IR does not change once it is made, so that each is looked at once. */
export class Usages {
  readonly #known = new Map<Statement, Usage>()

  of(statement: Statement): Usage {
    const known = this.#known.get(statement)
    if (known !== undefined) return known
    const usage = new Collector()
    usage.block([statement])
    this.#known.set(statement, usage)
    return usage
  }

  /** Of several statements together. */
  ofAll(statements: readonly Statement[]): Usage {
    const [first] = statements
    if (first !== undefined && statements.length === 1) return this.of(first)
    const collector = new Collector()
    for (const statement of statements) collector.add(this.of(statement))
    return collector
  }
}

export function jumpKey(jump: Jump): string {
  return jump.kind === 'return' ? 'return' : `${jump.kind} ${jump.label}`
}

const noVariables: ReadonlyMap<number, Variable> = new Map()
const noIds: ReadonlySet<number> = new Set()
const noJumps: readonly Jump[] = []

/** Most statements use a variable or two and nothing else: what they lack is not made. */
class Collector implements Usage {
  #used: Map<number, Variable> | null = null
  #written: Map<number, Variable> | null = null
  #declared: Set<number> | null = null
  #jumps: Map<string, Jump> | null = null
  readonly #loops: number[] = []

  get used(): ReadonlyMap<number, Variable> {
    return this.#used ?? noVariables
  }

  get written(): ReadonlyMap<number, Variable> {
    return this.#written ?? noVariables
  }

  get declared(): ReadonlySet<number> {
    return this.#declared ?? noIds
  }

  get jumps(): readonly Jump[] {
    return this.#jumps ? [...this.#jumps.values()] : noJumps
  }

  block(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  add(usage: Usage): void {
    for (const variable of usage.used.values()) this.#use(variable)
    for (const variable of usage.written.values()) this.#write(variable)
    for (const id of usage.declared) this.#declare(id)
    for (const jump of usage.jumps) this.#jump(jump)
  }

  #statement(statement: Statement): void {
    for (const expression of expressionsOf(statement)) this.#expression(expression)
    switch (statement.kind) {
      case 'let':
        this.#declare(statement.variable.id)
        return
      case 'set':
        this.#use(statement.variable)
        this.#write(statement.variable)
        return
      case 'break':
      case 'continue':
        if (!this.#loops.includes(statement.label)) this.#jump(statement)
        return
      case 'return':
        this.#jump(statement)
        return
      case 'for':
        this.#declare(statement.variable.id)
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
    this.#loops.push(statement.label)
    this.block(statement.body)
    this.#loops.pop()
  }

  #expression(expression: Expression): void {
    switch (expression.kind) {
      case 'local':
        this.#use(expression.variable)
        return
      case 'binary':
        this.#expression(expression.left)
        this.#expression(expression.right)
        return
      default:
        for (const operand of operandsOf(expression)) this.#expression(operand)
    }
  }

  #use(variable: Variable): void {
    this.#used ??= new Map()
    this.#used.set(variable.id, variable)
  }

  #write(variable: Variable): void {
    this.#written ??= new Map()
    this.#written.set(variable.id, variable)
  }

  #declare(id: number): void {
    this.#declared ??= new Set()
    this.#declared.add(id)
  }

  #jump(jump: Jump): void {
    this.#jumps ??= new Map()
    this.#jumps.set(jumpKey(jump), jump)
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
