import type { Diagnostic } from '../base/diagnostic.ts'
import { InternalError, SqlError } from '../base/diagnostic.ts'
import type { PlannerTable, Statement, StatementHead } from '../plan/statement.ts'
import { typeName } from '../types/sql-type.ts'
import { compileModule } from './compile-module.ts'
import { Decoder } from './decode.ts'
import { Evaluator, type EvaluatorRequest } from './evaluator.ts'
import { PlannerInstance, PlannerTrap } from './instance.ts'
import { Positions } from './positions.ts'
import { plannerModuleBytes } from './unpack.ts'

/** A parsed program: its statements that are syntactically sound, and what is wrong with the others. */
export interface Program {
  readonly statements: readonly StatementHead[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What a statement is planned over. */
export interface PlannerScope {
  /** the tables it reads; others may be among them */
  readonly tables: readonly PlannerTable[]
  /** after so long planning ends in `planning_timeout`; 10,000 if absent, infinite for none */
  readonly deadlineMillis?: number
}

const defaultDeadlineMillis = 10_000

/** Milliseconds of each step of the start. */
export interface PlannerStart {
  readonly unpackMs: number
  readonly compileMs: number
  readonly instantiateMs: number
}

/** Unpacks (once per machine), compiles and instantiates the planner: some 0.1 s. One per process is enough. */
export function loadPlanner(): Planner {
  const start = performance.now()
  const bytes = plannerModuleBytes()
  const unpacked = performance.now()
  const module = compileModule(bytes)
  const compiled = performance.now()
  const planner = new Planner(module)
  const instantiateMs = performance.now() - compiled
  planner.start = { unpackMs: unpacked - start, compileMs: compiled - unpacked, instantiateMs }
  return planner
}

interface Parsed {
  readonly handle: number
  readonly instance: PlannerInstance
  readonly decoder: Decoder
  readonly sql: string
}

interface WireProgram {
  readonly program: number
  readonly statements: readonly unknown[]
  readonly diagnostics: readonly unknown[]
}

type WireResult = { readonly error?: unknown }
/** Of a call that did not come back. */
type Stopped = 'stack exhausted' | 'overdue'

/**
 * DataFusion's parser and planner behind typed calls. Synchronous. SQL is parsed once: programs stay inside the module
 * until released. Input that exhausts the module's stack is a coded error; the instance is then replaced, and programs
 * and evaluators of the old one are made again when they are next used.
 */
export class Planner {
  readonly #module: WebAssembly.Module
  #instance: PlannerInstance
  readonly #programs = new WeakMap<Program, Parsed>()
  start: PlannerStart = { unpackMs: 0, compileMs: 0, instantiateMs: 0 }

  constructor(module: WebAssembly.Module) {
    this.#module = module
    this.#instance = new PlannerInstance(module)
  }

  /** Never throws for bad SQL: every statement that cannot be parsed is a diagnostic. */
  parse(sql: string): Program {
    const instance = this.#instance
    const decoder = new Decoder(new Positions(sql))
    const wire = this.#parsed(sql, instance)
    if (typeof wire === 'string') return { statements: [], diagnostics: [tooComplex()] }
    const program: Program = {
      statements: wire.statements.map((head) => decoder.head(head)),
      diagnostics: wire.diagnostics.map((diagnostic) => decoder.diagnostic(diagnostic)),
    }
    this.#programs.set(program, { handle: wire.program, instance, decoder, sql })
    return program
  }

  /**
   * Binds statement `index` of a program to the tables it reads.
   * Errors: SqlError with any code of the planner.
   */
  plan(program: Program, index: number, scope: PlannerScope): Statement {
    const parsed = this.#alive(program)
    const tables = scope.tables.map((table) => wireTable(table))
    const deadlineMillis = scope.deadlineMillis ?? defaultDeadlineMillis
    const request = JSON.stringify({ program: parsed.handle, index, tables, deadlineMillis })
    const wire = this.#attempt(() => parsed.instance.plan(request)) as WireResult | Stopped
    const head = program.statements[index]
    if (wire === 'stack exhausted') throw new SqlError([{ ...tooComplex(), ...(head && { span: head.span }) }])
    if (wire === 'overdue') throw new SqlError([{ ...overdue(deadlineMillis), ...(head && { span: head.span }) }])
    if (wire.error === undefined) return parsed.decoder.statement(wire)
    throw failure(parsed.decoder.errors(wire.error))
  }

  /** Gives back what the module keeps of the program. */
  release(program: Program): void {
    const parsed = this.#programs.get(program)
    this.#programs.delete(program)
    if (parsed && parsed.instance === this.#instance) parsed.instance.release(parsed.handle)
  }

  /** Errors: SqlError for an expression that does not plan. */
  compileEvaluator(request: EvaluatorRequest): Evaluator {
    return new Evaluator({ current: () => this.#instance, replace: () => this.#replace() }, request)
  }

  /** Names of the scalar functions that the module can plan, each with the name that plans have for it; sorted. */
  functionNames(): readonly (readonly [name: string, planned: string])[] {
    return this.#instance.functionNames() as readonly (readonly [string, string])[]
  }

  get memorySizeBytes(): number {
    return this.#instance.memorySizeBytes
  }

  /** The program in the present instance, parsed again if its own has died. */
  #alive(program: Program): Parsed {
    const parsed = this.#programs.get(program)
    if (!parsed) throw new InternalError('a program of another planner, or a released one')
    if (parsed.instance === this.#instance) return parsed
    const instance = this.#instance
    const wire = this.#parsed(parsed.sql, instance)
    if (typeof wire === 'string') throw new InternalError('a program that was parsed before cannot be parsed')
    const again = { ...parsed, handle: wire.program, instance }
    this.#programs.set(program, again)
    return again
  }

  #parsed(sql: string, instance: PlannerInstance): WireProgram | Stopped {
    return this.#attempt(() => instance.parse(sql)) as WireProgram | Stopped
  }

  /** The result, or why the module was stopped; any other panic is our bug. The instance is then replaced. */
  #attempt(run: () => unknown): unknown {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof PlannerTrap)) throw error
      this.#replace()
      if (error.stackExhausted) return 'stack exhausted'
      if (error.overdue) return 'overdue'
      throw new InternalError(error.message)
    }
  }

  #replace(): void {
    this.#instance = new PlannerInstance(this.#module)
  }
}

function wireTable(table: PlannerTable): unknown {
  const columns = table.columns.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable }))
  return { name: table.name, columns }
}

function tooComplex(): Diagnostic {
  return {
    code: 'query_too_complex',
    sqlstate: '54001',
    message: 'the statement is too large to plan: it is nested too deeply',
    hint: 'split the statement into several streams, or use IN (..) or a join instead of long chains',
  }
}

/** As src/deadline.rs says it where it can. */
function overdue(deadlineMillis: number): Diagnostic {
  return {
    code: 'planning_timeout',
    sqlstate: '57014',
    message: `planning took longer than ${deadlineMillis / 1000} seconds and was stopped`,
    hint: 'split the statement into several streams, or raise planning_timeout',
  }
}

/** The planner's own `internal` is a bug of ours; everything else is the user's. */
function failure(diagnostics: readonly [Diagnostic, ...Diagnostic[]]): Error {
  const bug = diagnostics.find(({ code }) => code === 'internal')
  return bug ? new InternalError(bug.message) : new SqlError(diagnostics)
}
