import type { AggregateCall } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { isIntegerType, typeName } from '../../../sql/types/sql-type.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { must } from '../../../sql/base/assert.ts'
import { binary, constI32, library, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Lowering } from '../expressions/lowering.ts'
import { failOnFault, overflow } from '../expressions/strict.ts'
import type { Value } from '../value.ts'
import { valueTypeOf } from '../value.ts'
import type { AccumulatorKind } from './accumulator.ts'
import type { CountAccumulator } from './count.ts'
import { loadCount } from './count.ts'
import type { ExtremeAccumulator } from './extreme.ts'
import { loadExtreme } from './extreme.ts'
import type { MomentsAccumulator, Spread } from './moments.ts'
import { loadSpread, rowCount } from './moments.ts'
import type { PositionalAccumulator } from './positional.ts'
import { loadPositional } from './positional.ts'
import type { SumAccumulator } from './sum.ts'
import { sumResult, wholeSum } from './sum.ts'
import type { TruthAccumulator } from './truth.ts'
import { loadTruth } from './truth.ts'

export type AnyAccumulator =
  | CountAccumulator
  | SumAccumulator
  | ExtremeAccumulator
  | TruthAccumulator
  | MomentsAccumulator
  | PositionalAccumulator

/** One aggregate at one row of state. */
export interface ResultContext {
  readonly lowering: Lowering
  readonly row: Expression
  readonly call: AggregateCall
  /** In the order of the definition's `parts`. */
  readonly parts: readonly AnyAccumulator[]
  /** i1: a row has been accumulated; null: surely. */
  readonly present: Expression | null
}

/** An aggregate function: what it accumulates and how its value comes from that. */
export interface AggregateDefinition {
  readonly parts: readonly AccumulatorKind[]
  readonly result: (context: ResultContext) => Value
}

/** By canonical name. The facts that the compiler needs (invertible, ordered) are in compiler/streaming/aggregate-facts.ts. */
export function aggregateDefinition(name: string): AggregateDefinition {
  return must(definitions.get(name), `an aggregate function ${name}`)
}

const definitions: ReadonlyMap<string, AggregateDefinition> = new Map<string, AggregateDefinition>([
  ['count', { parts: ['count'], result: countResult }],
  ['sum', { parts: ['sum'], result: sumValue }],
  ['avg', { parts: ['sum', 'count'], result: average }],
  ['min', { parts: ['min'], result: extreme }],
  ['max', { parts: ['max'], result: extreme }],
  ['bool_and', { parts: ['bool_and'], result: truth }],
  ['bool_or', { parts: ['bool_or'], result: truth }],
  ['var', { parts: ['moments'], result: spread({ root: false, sample: true }) }],
  ['var_pop', { parts: ['moments'], result: spread({ root: false, sample: false }) }],
  ['stddev', { parts: ['moments'], result: spread({ root: true, sample: true }) }],
  ['stddev_pop', { parts: ['moments'], result: spread({ root: true, sample: false }) }],
  ['first_value', { parts: ['first'], result: positional }],
  ['last_value', { parts: ['last'], result: positional }],
])

function part<Kind extends AnyAccumulator['kind']>(
  { parts }: ResultContext,
  kind: Kind,
): AnyAccumulator & { readonly kind: Kind } {
  const found = parts.find((each): each is AnyAccumulator & { readonly kind: Kind } => each.kind === kind)
  return must(found, `an accumulator of kind ${kind}`)
}

function countResult(context: ResultContext): Value {
  const { lowering, row, call } = context
  return { type: call.type, value: lowering.builder.let('count', loadCount(row, part(context, 'count'))), valid: null }
}

function sumValue(context: ResultContext): Value {
  const { lowering, row, call, present } = context
  const accumulator = part(context, 'sum')
  const value = sumResult(lowering, { accumulator, row, valid: present }, { type: call.type, span: call.span })
  const rounded = call.type.kind === 'real' ? unary('to_f32', value) : value
  return { type: call.type, value: rounded, valid: present }
}

/** AVG of integers: the exact sum as a double, divided by the count. AVG of decimals: exact, rounded half away from zero. */
function average(context: ResultContext): Value {
  const { lowering, row, call, present } = context
  const { builder } = lowering
  const sum = { accumulator: part(context, 'sum'), row, valid: present }
  const count = part(context, 'count')
  const { argument, form } = sum.accumulator
  const wanted = { type: call.type, span: call.span }
  if (call.type.kind === 'decimal')
    return { type: call.type, value: decimalAverage(context, { sum, count }), valid: present }
  if (call.type.kind !== 'double')
    throw new InternalError(`AVG of ${typeName(argument)} is planned as ${typeName(call.type)}`)
  const total =
    form.kind === 'float'
      ? sumResult(lowering, sum, wanted)
      : library('decimal_to_f64', [
          wholeSum(lowering, sum, wanted),
          constI32(argument.kind === 'decimal' ? argument.scale : 0),
        ])
  return {
    type: call.type,
    value: builder.let('average', binary('div', total, rowCount(lowering, row, count))),
    valid: present,
  }
}

function decimalAverage(
  { lowering, row, call, present }: ResultContext,
  { sum, count }: { readonly sum: Parameters<typeof wholeSum>[1]; readonly count: CountAccumulator },
): Expression {
  const { builder } = lowering
  const type = call.type as SqlType & { readonly kind: 'decimal' }
  const { argument } = sum.accumulator
  const scale = argument.kind === 'decimal' ? argument.scale : isIntegerType(argument) ? 0 : null
  if (scale === null) throw new InternalError(`AVG of ${typeName(argument)} is planned as ${typeName(type)}`)
  const failure = overflow(typeName(type), call.span)
  const total = wholeSum(lowering, sum, { type, span: call.span })
  const rows = unary('i128_from_i64', loadCount(row, count))
  const divide = (): Expression =>
    library('decimal_div', [total, rows, constI32(type.scale - scale), constI32(type.precision)])
  const narrow = (wide: Expression): Expression => (valueTypeOf(type) === 'i64' ? unary('i64_wrap_i128', wide) : wide)
  if (present === null) {
    const quotient = builder.let('average', divide())
    failOnFault(lowering, [failure])
    return builder.let('average', narrow(quotient))
  }
  const average = builder.mutable('average', narrow(total))
  builder.if(present, () => {
    const quotient = builder.let('average', divide())
    failOnFault(lowering, [failure])
    builder.set(average, narrow(quotient))
  })
  return average
}

function extreme(context: ResultContext): Value {
  const [accumulator] = context.parts
  if (accumulator?.kind !== 'extreme') throw new InternalError('MIN or MAX without its state')
  return { type: context.call.type, value: loadExtreme(context, accumulator), valid: context.present }
}

function truth(context: ResultContext): Value {
  const value = context.lowering.builder.let('value', loadTruth(context.row, part(context, 'truth')))
  return { type: context.call.type, value, valid: context.present }
}

function spread(spread: Spread): (context: ResultContext) => Value {
  return (context) => {
    const { value, valid } = loadSpread(context.lowering, context.row, { moments: part(context, 'moments'), spread })
    return { type: context.call.type, value, valid }
  }
}

function positional(context: ResultContext): Value {
  const { value, valid } = loadPositional(context, part(context, 'positional'))
  const { present } = context
  const known =
    present === null
      ? valid
      : valid === null
        ? present
        : context.lowering.builder.let('valid', binary('and', present, valid))
  return { type: context.call.type, value, valid: known }
}
