import type { SqlType } from '../types/sql-type.ts'
import { isIntegerType } from '../types/sql-type.ts'

/** Classes of types that a parameter takes. `literal` text must be a constant, so that it can be understood while planning. */
export type ParameterClass =
  | 'any'
  | 'text'
  | 'bytea'
  | 'boolean'
  | 'integer'
  | 'double'
  | 'decimal'
  | 'number'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'interval'
  | 'literal'

/** What is known about a scalar function that is compiled natively. Its lowering has the same name (codegen/lowering/functions). */
export interface ScalarFunction {
  /** Canonical (DataFusion) lower-case name, as plans carry it. */
  readonly name: string
  /** Other spellings users may write; the planner resolves them. */
  readonly aliases: readonly string[]
  /** One line for DESCRIBE and the docs. */
  readonly summary: string
  /** Parameter lists that are native; any other call goes to the evaluator. */
  readonly overloads: readonly (readonly ParameterClass[])[]
  /** The last parameter class of an overload may come any number of times. */
  readonly variadic: boolean
  /** NULL as soon as an argument is NULL. */
  readonly strict: boolean
  /** Some arguments fail the row. */
  readonly fallible: boolean
  /** Never decreases as its last argument grows, the others being equal: lets a watermark through. */
  readonly monotone: boolean
}

type Facts = Pick<ScalarFunction, 'summary' | 'overloads'> & Partial<ScalarFunction>

/** A definition with the usual properties: strict, infallible, of fixed arity. */
export function define(name: string, facts: Facts): ScalarFunction {
  return { name, aliases: [], variadic: false, strict: true, fallible: false, monotone: false, ...facts }
}

/** Whether the class takes the type. NULL is taken by every class. */
export function takes(parameter: ParameterClass, type: SqlType): boolean {
  if (type.kind === 'null') return true
  switch (parameter) {
    case 'any':
      return true
    case 'text':
    case 'literal':
      return type.kind === 'varchar'
    case 'integer':
      return isIntegerType(type)
    case 'double':
      return type.kind === 'real' || type.kind === 'double'
    case 'number':
      return isIntegerType(type) || ['real', 'double', 'decimal'].includes(type.kind)
    case 'timestamp':
      return type.kind === 'timestamp' || type.kind === 'timestamptz'
    default:
      return type.kind === parameter
  }
}
