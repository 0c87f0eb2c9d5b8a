import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { UnaryOperator } from '../../kernel/ir.ts'
import { binary, constF64, library, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { isNan } from '../expressions/comparison.ts'
import { guarded, strict } from '../expressions/strict.ts'
import { andValid, isNotNull } from '../expressions/validity.ts'
import type { Value } from '../value.ts'
import {
  argument,
  argumentAs,
  bigint,
  boolean,
  double,
  failureOf,
  fallibleCall,
  invalidArgument,
  planned,
  pureCall,
} from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

const inLibrary = [
  'exp',
  'ln',
  'log2',
  'log10',
  'cbrt',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
] as const

/** Functions of doubles. Other numbers are converted first. */
export const mathBuilders: Readonly<Record<string, CallBuilder>> = {
  ...Object.fromEntries(
    inLibrary.map((name): [string, CallBuilder] => [
      name,
      (call) => ofDouble(call, (x) => library(`f64_${name}` satisfies LibraryName, [x])),
    ]),
  ),
  sqrt: (call) => ofDouble(call, machine('sqrt')),
  cot: (call) => ofDouble(call, (x) => binary('div', constF64(1), library('f64_tan', [x]))),
  degrees: (call) => ofDouble(call, (x) => binary('mul', x, constF64(180 / Math.PI))),
  radians: (call) => ofDouble(call, (x) => binary('mul', x, constF64(Math.PI / 180))),
  pi: (call) => planned(call, { type: double, value: constF64(Math.PI), valid: null }),
  log: (call) =>
    call.expression.arguments.length === 1
      ? ofDouble(call, (x) => library('f64_log10', [x]))
      : pureCall(call, {
          name: 'f64_log',
          operands: [argumentAs(call, 0, double), argumentAs(call, 1, double)],
          type: double,
        }),
  atan2: (call) =>
    pureCall(call, {
      name: 'f64_atan2',
      operands: [argumentAs(call, 0, double), argumentAs(call, 1, double)],
      type: double,
    }),
  power,
  isnan: (call) => test(call, isNan),
  iszero: (call) => test(call, (x) => binary('eq', x, constF64(0))),
  nanvl,
}

function machine(operator: UnaryOperator): (x: Expression) => Expression {
  return (x) => unary(operator, x)
}

function ofDouble(call: Call, compute: (x: Expression) => Expression): Value {
  const operands = [argumentAs(call, 0, double)]
  return planned(call, guarded(call.lowering, double, { operands, compute: ([x]) => compute(x as Expression) }))
}

function test(call: Call, condition: (x: Expression) => Expression): Value {
  const operands = [argumentAs(call, 0, double)]
  return strict(call.lowering, boolean, { operands, compute: ([x]) => condition(x as Expression) })
}

/** Of two integers exact; of anything else in doubles. */
function power(call: Call): Value {
  const isExact = call.expression.type.kind === 'bigint'
  if (!isExact)
    return pureCall(call, {
      name: 'f64_pow',
      operands: [argumentAs(call, 0, double), argumentAs(call, 1, double)],
      type: double,
    })
  return fallibleCall(call, {
    name: 'i64_power',
    operands: [argumentAs(call, 0, bigint), argumentAs(call, 1, bigint)],
    type: bigint,
    failures: [
      invalidArgument(call, 'a negative exponent of an integer; cast it to DOUBLE'),
      failureOf(call, 'numeric_overflow'),
    ],
  })
}

/** NULL only where the argument that is taken is NULL. */
function nanvl(call: Call): Value {
  const { builder } = call.lowering
  const [first, second] = [argument(call, 0), argument(call, 1)]
  const isTaken = builder.let('taken', andValid(first.valid, isNan(first.value)))
  const value = builder.let('value', select(isTaken, second.value, first.value))
  const isNullable = first.valid !== null || second.valid !== null
  const valid = isNullable ? builder.let('valid', select(isTaken, isNotNull(second), isNotNull(first))) : null
  return planned(call, { type: double, value, valid })
}
