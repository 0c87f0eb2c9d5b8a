import type { BinaryOperator } from '../../../sql/plan/logical-plan.ts'
import { cast, unary } from '../../support/expressions/build.ts'
import { decimals, infix, integers, native } from './operation.ts'
import type { Operation } from './operation.ts'
const negations = [...integers.filter((type) => !type.includes('UNSIGNED')), ...decimals, 'DOUBLE'].map(
  (type): Operation => ({
    name: 'negate',
    arguments: [type],
    result: type,
    make: (x) => unary('negate', x),
    sql: (x) => `(- ${x})`,
    fallible: true,
  }),
)

const casting = (from: string, to: string, facts: Partial<Operation> = {}): Operation => ({
  name: `cast ${from} to ${to}`,
  arguments: [from],
  result: to,
  make: (x) => cast(x, to),
  sql: (x) => `CAST(${x} AS ${to.includes('UNSIGNED') ? `U${to.replace(' UNSIGNED', '')}` : to})`,
  fallible: true,
  ...facts,
})

const numbers = [...integers, ...decimals, 'DOUBLE']
const casts = [
  ...numbers.flatMap((from) =>
    numbers
      .filter((to) => to !== from)
      .map((to) => casting(from, to, from === 'DOUBLE' && to.startsWith('DECIMAL') ? { sql: null } : {})),
  ),
  ...[...integers, ...decimals, 'DATE', 'TIMESTAMP', 'BOOLEAN'].map((from) => casting(from, 'VARCHAR')),
  ...[...integers, 'DOUBLE', 'DATE', 'TIMESTAMP', 'BOOLEAN', 'DECIMAL(9,2)', 'INTERVAL'].map((to) =>
    casting('VARCHAR', to, { sql: null }),
  ),
  ...['INTEGER', 'DECIMAL(9,2)', 'DATE', 'TIMESTAMP', 'BIGINT', 'DOUBLE'].map((type): Operation => ({
    name: `${type} through text`,
    arguments: [type],
    result: type,
    make: (x) => cast(cast(x, 'VARCHAR'), type),
    sql: (x) => x,
  })),
  casting('DATE', 'TIMESTAMP'),
  casting('TIMESTAMP', 'DATE'),
  ...integers.map((from) => casting(from, 'BOOLEAN')),
  ...integers.map((to) => casting('BOOLEAN', to)),
]

const double = ['add', 'subtract', 'multiply'].map((operator) =>
  infix(operator as BinaryOperator, ['DOUBLE', 'DOUBLE', 'DOUBLE']),
)
const floats: Operation[] = [
  ...double,
  infix('divide', ['DOUBLE', 'DOUBLE', 'DOUBLE'], { sql: null }),
  infix('modulo', ['DOUBLE', 'DOUBLE', 'DOUBLE'], { sql: null }),
  ...[
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
    'exp',
    'ln',
    'log10',
    'log2',
    'cbrt',
    'degrees',
    'radians',
    'cot',
  ].map((name) => native(name, [['DOUBLE'], 'DOUBLE'], { inexact: true, fallible: true })),
  native('atan2', [['DOUBLE', 'DOUBLE'], 'DOUBLE'], { inexact: true }),
  native('power', [['DOUBLE', 'DOUBLE'], 'DOUBLE'], { inexact: true, fallible: true }),
  ...['sqrt'].map((name) => native(name, [['DOUBLE'], 'DOUBLE'], { fallible: true })),
  ...['floor', 'ceil', 'trunc', 'round'].map((name) => native(name, [['DOUBLE'], 'DOUBLE'])),
  native('isnan', [['DOUBLE'], 'BOOLEAN']),
  native('iszero', [['DOUBLE'], 'BOOLEAN'], { sql: (x) => `(${x} = 0)` }),
]

const exact = [...integers, ...decimals, 'DOUBLE'].flatMap((type) => [
  native('abs', [[type], type], { fallible: true }),
])
const wholes = decimals.flatMap((type) =>
  ['floor', 'ceil', 'round', 'trunc'].map((name) =>
    native(name, [[type], type], { fallible: true, sql: (x) => `CAST(${name}(${x}) AS ${type})` }),
  ),
)
const integerFunctions = [
  native('gcd', [['BIGINT', 'BIGINT'], 'BIGINT'], { fallible: true }),
  native('lcm', [['BIGINT', 'BIGINT'], 'BIGINT'], { fallible: true }),
  native('to_hex', [['BIGINT'], 'VARCHAR'], { sql: (x) => `lower(to_hex(${x}))` }),
  native('chr', [['INTEGER'], 'VARCHAR'], { fallible: true, sql: null }),
]

export const castOperations: readonly Operation[] = [
  ...negations,
  ...casts,
  ...floats,
  ...exact,
  ...wholes,
  ...integerFunctions,
]
