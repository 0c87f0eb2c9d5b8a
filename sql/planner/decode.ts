import { InternalError, type Diagnostic } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import type { Statement, StatementHead } from '../plan/statement.ts'
import { parseTypeName, type SqlType } from '../types/sql-type.ts'
import type { Positions, WirePlace } from './positions.ts'

/**
 * From the planner's JSON to the types of sql/plan, which it follows name by name. Only two things differ on the wire:
 * types are canonical names, and spans are places `[line, column, endLine, endColumn]` or null. Everything else is
 * taken over as it is, without a second description of every node here.
 */
export class Decoder {
  readonly #positions: Positions
  readonly #types = new Map<string, SqlType>()

  constructor(positions: Positions) {
    this.#positions = positions
  }

  statement(wire: unknown): Statement {
    return this.#value(wire) as Statement
  }

  head(wire: unknown): StatementHead {
    return this.#value(wire) as StatementHead
  }

  diagnostic(wire: unknown): Diagnostic {
    return this.#value(wire) as Diagnostic
  }

  /** An error and the others that came with it. */
  errors(wire: unknown): readonly [Diagnostic, ...Diagnostic[]] {
    const { more = [], ...first } = wire as { readonly more?: readonly unknown[] }
    return [this.diagnostic(first), ...more.map((each) => this.diagnostic(each))]
  }

  #value(wire: unknown): unknown {
    if (Array.isArray(wire)) return wire.map((item) => this.#value(item))
    if (wire === null || typeof wire !== 'object') return wire
    const decoded: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(wire)) {
      if (isSpanKey(key)) {
        if (value !== null) decoded[key] = this.#span(value)
      } else if (key === 'type' && typeof value === 'string') {
        decoded[key] = this.#type(value)
      } else {
        decoded[key] = this.#value(value)
      }
    }
    return decoded
  }

  #span(place: unknown): Span {
    return this.#positions.span(place as WirePlace)
  }

  /** One object per type: plans have thousands of expressions and few types. */
  #type(name: string): SqlType {
    let type = this.#types.get(name)
    if (type === undefined) {
      type = parseTypeName(name)
      if (type === undefined) throw new InternalError(`the planner names a type ${name}`)
      this.#types.set(name, type)
    }
    return type
  }
}

function isSpanKey(key: string): boolean {
  return key === 'span' || key === 'nameSpan' || key === 'valueSpan' || key === 'targetSpan'
}
