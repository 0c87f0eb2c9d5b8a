import { faults } from '../../../runtime/abi/library.ts'
import type { FaultName, LibraryName } from '../../../runtime/abi/library.ts'
import type { Span } from '../../../sql/base/span.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI1, constI32, library, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { MutableLocal } from '../function-builder.ts'
import type { Value } from '../value.ts'
import type { Lowering } from '../expressions/lowering.ts'
import { failWhen, readFault } from '../expressions/strict.ts'
import { andValid } from '../expressions/validity.ts'

export interface CastContext {
  readonly lowering: Lowering
  readonly failures: CastFailures
  readonly value: Value
  readonly type: SqlType
  readonly span: Span | undefined
}

/** What a failing cast does: CAST fails the row, TRY_CAST gives NULL. */
export class CastFailures {
  readonly #lowering: Lowering
  readonly #target: { readonly type: SqlType; readonly safe: boolean; readonly span?: Span | undefined }
  readonly #hole: ReturnType<Lowering['builder']['hole']>
  #failed: MutableLocal | null = null

  constructor(
    lowering: Lowering,
    target: { readonly type: SqlType; readonly safe: boolean; readonly span?: Span | undefined },
  ) {
    this.#lowering = lowering
    this.#target = target
    this.#hole = lowering.builder.hole()
  }

  when(condition: Expression, code: FaultName): void {
    if (!this.#target.safe) {
      const { span, type } = this.#target
      failWhen(this.#lowering, condition, {
        code: code as Exclude<FaultName, 'none'>,
        span,
        arguments: argumentsOf(code, type),
      })
      return
    }
    const { builder } = this.#lowering
    const failed = this.#failed ?? builder.mutableAt(this.#hole, 'failed', constI1(false))
    this.#failed = failed
    builder.set(failed, binary('or', failed, condition))
  }

  /** Result of a fallible library function that sets one of the faults. */
  call(name: LibraryName, parameters: readonly Expression[], codes: readonly FaultName[]): Expression {
    const result = this.#lowering.builder.let('result', library(name, parameters))
    this.#afterCall(codes)
    return result
  }

  do(name: LibraryName, parameters: readonly Expression[], codes: readonly FaultName[]): void {
    this.#lowering.builder.do(name, parameters)
    this.#afterCall(codes)
  }

  #afterCall(codes: readonly FaultName[]): void {
    const fault = this.#lowering.builder.let('fault', readFault())
    if (this.#target.safe) {
      this.when(binary('ne', fault, constI32(0)), 'invalid_cast')
      return
    }
    for (const [index, code] of codes.entries()) {
      // The last one stands for every other fault, too.
      const isLast = index === codes.length - 1
      this.when(isLast ? binary('ne', fault, constI32(0)) : binary('eq', fault, constI32(faults[code])), code)
    }
  }

  /** Validity of the result, given the operand's. */
  validity(valid: Expression | null): Expression | null {
    if (this.#failed === null) return valid
    return this.#lowering.builder.let('valid', andValid(valid, unary('not', this.#failed)))
  }
}

function argumentsOf(code: FaultName, type: SqlType): Readonly<Record<string, string>> {
  return code === 'numeric_overflow' || code === 'invalid_cast' ? { type: typeName(type) } : {}
}
