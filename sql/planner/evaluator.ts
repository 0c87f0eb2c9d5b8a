import { DataError, InternalError, SqlError, type Diagnostic } from '../base/diagnostic.ts'
import { parseTypeName, typeName, type SqlType } from '../types/sql-type.ts'
import { Decoder } from './decode.ts'
import { PlannerTrap, type PlannerInstance } from './instance.ts'
import { Positions } from './positions.ts'

/** SQL expressions over named columns: all scalar, or all aggregate calls. */
export interface EvaluatorRequest {
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[]
  readonly expressions: readonly string[]
}

/** How an evaluator reaches the planner's present instance. */
export interface InstanceHolder {
  readonly current: () => PlannerInstance
  readonly replace: () => void
}

const openBrace = 0x7b

/**
 * DataFusion's own functions and accumulators over Arrow IPC streams: runs the functions that have no kernel of ours,
 * and judges those that have. Aggregates keep their groups between `run` and `finish`.
 *
 * Errors: SqlError from the constructor; DataError `evaluation_failed` from a kernel.
 */
export class Evaluator {
  readonly #holder: InstanceHolder
  readonly #request: string
  #instance: PlannerInstance
  #handle: number
  /** of each result */
  readonly types: readonly SqlType[]

  constructor(holder: InstanceHolder, request: EvaluatorRequest) {
    this.#holder = holder
    const columns = request.columns.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable }))
    this.#request = JSON.stringify({ columns, expressions: request.expressions })
    this.#instance = holder.current()
    const compiled = this.#compile(request.expressions[0] ?? '')
    this.#handle = compiled.handle
    this.types = compiled.types.map((name) => {
      const type = parseTypeName(name)
      if (!type) throw new InternalError(`the planner names a type ${name}`)
      return type
    })
  }

  /** Scalars: one result row per input row. Aggregates: the last input column is UInt32 group numbers; the result is empty. */
  run(ipc: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#bytes(() => this.#live().runEvaluator(this.#handle, ipc))
  }

  /** Aggregates: one row per group number seen since the last `finish`. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes(() => this.#live().finishEvaluator(this.#handle))
  }

  release(): void {
    if (this.#instance === this.#holder.current()) this.#instance.releaseEvaluator(this.#handle)
  }

  /** The instance, compiled into anew when another statement's trap has replaced it. */
  #live(): PlannerInstance {
    const current = this.#holder.current()
    if (current !== this.#instance) {
      this.#instance = current
      this.#handle = this.#compile('').handle
    }
    return current
  }

  #compile(firstExpression: string): { readonly handle: number; readonly types: readonly string[] } {
    const wire = this.#attempt(() => this.#instance.compileEvaluator(this.#request)) as {
      readonly error?: unknown
      readonly handle: number
      readonly types: readonly string[]
    }
    if (wire.error !== undefined)
      throw new SqlError([new Decoder(new Positions(firstExpression)).diagnostic(wire.error)])
    return wire
  }

  #bytes(run: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const bytes = this.#attempt(run) as Uint8Array<ArrayBuffer>
    if (bytes[0] !== openBrace) return bytes
    const { error } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly error: Diagnostic }
    throw new DataError({ ...error, span: undefined })
  }

  #attempt(run: () => unknown): unknown {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof PlannerTrap)) throw error
      this.#holder.replace()
      throw new InternalError(error.message)
    }
  }
}
