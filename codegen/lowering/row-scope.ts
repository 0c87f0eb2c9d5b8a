import type { Expression as SqlExpression } from '../../sql/plan/logical-plan.ts'
import { must } from '../../sql/base/assert.ts'
import type { Site } from '../../runtime/abi/artifact.ts'
import type { Expression } from '../kernel/ir.ts'
import { binary, constI32, ifThen, setVariable } from '../kernel/build.ts'
import type { FunctionBuilder, Hole, MutableLocal } from './function-builder.ts'
import { zero } from './function-builder.ts'
import type { Value } from './value.ts'

/** How a scope gets a column: called at first use in a block, so that columns nobody reads cost nothing. */
export type ColumnSource = () => Value

/**
 * What expressions are lowered in: one row in one place of a loop.
 *
 * **Errors are values.** A check that fails does not jump: it stores its site + 1 in the row's error variable and
 * computing goes on with some value. Whoever consumes the row (filter, store, update) calls `check` first. AND, OR, CASE and COALESCE
 * use `isolate` to look at an operand's error before it counts. Code that cannot fail never mentions the variable.
 */
export class RowScope {
  readonly builder: FunctionBuilder
  readonly columns: readonly ColumnSource[]
  /** Of projections on top of the row: distinguishes what is remembered in scopes whose column numbers mean different things. */
  readonly #depth: number
  readonly #errors: ErrorVariable

  private constructor(
    builder: FunctionBuilder,
    columns: readonly ColumnSource[],
    from: { readonly depth: number; readonly errors: ErrorVariable },
  ) {
    this.builder = builder
    this.columns = columns
    this.#depth = from.depth
    this.#errors = from.errors
  }

  /** Opens a scope at the current position of the builder: the start of a row. */
  static open(builder: FunctionBuilder, columns: readonly ColumnSource[]): RowScope {
    return new RowScope(builder, columns, { depth: 0, errors: new ErrorVariable(builder, builder.hole()) })
  }

  /** The same row seen through a projection: other columns, same errors. */
  derive(columns: readonly ColumnSource[]): RowScope {
    return new RowScope(this.builder, columns, { depth: this.#depth + 1, errors: this.#errors })
  }

  column(index: number): Value {
    const source = must(this.columns[index], 'a column in scope')
    return this.builder.memo(2 * this.#depth, index, source)
  }

  /** Lowers through `lower`, once per structurally equal expression and open block. */
  share(expression: SqlExpression, lower: () => Value): Value {
    return this.builder.memo(2 * this.#depth + 1, this.builder.expressions.of(expression), lower)
  }

  /** When `failed`, the row fails at `site` (unless it failed before). */
  failIf(failed: Expression, site: Site): void {
    const number = this.builder.module.site(site)
    const error = this.#errors.variable()
    this.#fail(failed, error, constI32(number + 1))
  }

  /** Takes over an error value of `isolate` (site + 1, or 0). */
  failWith(error: Expression): void {
    const own = this.#errors.variable()
    this.#fail(binary('ne', error, zero), own, error)
  }

  /** The first failure counts. */
  #fail(failed: Expression, error: MutableLocal, value: Expression): void {
    const first = binary('and', failed, binary('eq', error, zero))
    this.builder.push(ifThen(first, [setVariable(error.variable, value)]))
  }

  /**
   * Runs `lower` with an error variable of its own. `error` is null when nothing in it can fail.
   * What it memoises is forgotten after: a value whose error was dismissed must not be reused as if it had none.
   */
  isolate<T>(lower: () => T): { readonly result: T; readonly error: Expression | null } {
    const previous = this.#errors.begin(this.builder.hole())
    const result = this.builder.forgetting(lower)
    const error = this.#errors.end(previous)
    return { result, error }
  }

  /** Leaves the row (row_error, then continue of `label`) when it failed; `before` emits what a failed row does first. Afterwards no error is pending. */
  check(row: Expression, label: number, before?: () => void): void {
    const error = this.#errors.current()
    if (!error) return
    this.builder.if(binary('ne', error, zero), () => {
      before?.()
      this.builder.do('row_error', [binary('sub', error, constI32(1)), row])
      this.builder.continue(label)
    })
  }
}

interface ErrorFrame {
  readonly hole: Hole
  variable: MutableLocal | null
}

/** The row's error variable, declared only when something can fail, where the row (or the isolated part) begins. */
class ErrorVariable {
  readonly #builder: FunctionBuilder
  #frame: ErrorFrame

  constructor(builder: FunctionBuilder, hole: Hole) {
    this.#builder = builder
    this.#frame = { hole, variable: null }
  }

  variable(): MutableLocal {
    const known = this.#frame.variable ?? this.#builder.mutableAt(this.#frame.hole, 'error', zero)
    this.#frame.variable = known
    return known
  }

  current(): MutableLocal | null {
    return this.#frame.variable
  }

  begin(hole: Hole): ErrorFrame {
    const previous = this.#frame
    this.#frame = { hole, variable: null }
    return previous
  }

  end(previous: ErrorFrame): MutableLocal | null {
    const own = this.#frame.variable
    this.#frame = previous
    return own
  }
}
