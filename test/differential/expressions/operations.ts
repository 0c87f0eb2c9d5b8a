import type { BinaryOperator, Expression } from '../../../sql/plan/logical-plan.ts'
import { parseTypeName } from '../../../sql/types/sql-type.ts'
import { binary, call, cast, literal, typed, unary } from '../../support/expressions/build.ts'

/** One way to make an expression of typed parts, and how DuckDB writes it. */
export interface Operation {
  readonly name: string
  readonly arguments: readonly string[]
  readonly result: string
  readonly make: (...parts: Expression[]) => Expression
  /** Null: DuckDB has nothing alike; only the tiers are compared. */
  readonly sql: ((...parts: string[]) => string) | null
  /** May fail a row in one of the engines, or both. */
  readonly fallible?: boolean
  /** In the last digits: transcendental functions. Only at the root of an expression. */
  readonly inexact?: boolean
}

const integers = [
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'TINYINT UNSIGNED',
  'SMALLINT UNSIGNED',
  'INTEGER UNSIGNED',
  'BIGINT UNSIGNED',
]
const decimals = ['DECIMAL(9,2)', 'DECIMAL(9,4)', 'DECIMAL(18,3)', 'DECIMAL(30,5)']
const all = ['BOOLEAN', ...integers, ...decimals, 'DOUBLE', 'VARCHAR', 'DATE', 'TIMESTAMP', 'INTERVAL']

const symbols: Partial<Record<BinaryOperator, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '//',
  modulo: '%',
  equal: '=',
  not_equal: '<>',
  less: '<',
  less_or_equal: '<=',
  greater: '>',
  greater_or_equal: '>=',
  is_distinct_from: 'IS DISTINCT FROM',
  is_not_distinct_from: 'IS NOT DISTINCT FROM',
  and: 'AND',
  or: 'OR',
  bit_and: '&',
  bit_or: '|',
}

const infix = (
  operator: BinaryOperator,
  types: readonly [string, string, string],
  facts: Partial<Operation> = {},
): Operation => ({
  name: operator,
  arguments: [types[0], types[1]],
  result: types[2],
  make: (x, y) => binary(operator, x as Expression, y as Expression, typed(types[2])),
  sql: symbols[operator] === undefined ? null : (x, y) => `(${x} ${symbols[operator]} ${y})`,
  ...facts,
})

const native = (
  name: string,
  types: readonly string[],
  result: string,
  facts: Partial<Operation> & { readonly duckdb?: string } = {},
): Operation => ({
  name,
  arguments: types,
  result,
  make: (...parts) => call(name, result, ...parts),
  sql: (...parts) => `${facts.duckdb ?? name}(${parts.join(', ')})`,
  ...facts,
})

const arithmetic = integers.flatMap((type) => [
  ...(['add', 'subtract', 'multiply', 'divide', 'modulo'] as const).map((operator) =>
    infix(operator, [type, type, type], { fallible: true }),
  ),
  ...(['bit_and', 'bit_or'] as const).map((operator) => infix(operator, [type, type, type])),
  infix('bit_xor', [type, type, type], { sql: (x, y) => `xor(${x}, ${y})` }),
  ...(['shift_left', 'shift_right'] as const).map((operator) => infix(operator, [type, type, type])),
])

const decimalParts = (type: string): { readonly precision: number; readonly scale: number } =>
  parseTypeName(type) as never

/** Result types as the planner gives them; DuckDB's have the same scale, but for division, which it does in doubles. */
const decimalArithmetic = decimals.flatMap((left) =>
  decimals.flatMap((right) => {
    const [a, b] = [decimalParts(left), decimalParts(right)]
    const scale = Math.max(a.scale, b.scale)
    const named = (precision: number, places: number): string => `DECIMAL(${Math.min(38, precision)},${places})`
    const sum = named(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale)
    const product = named(a.precision + b.precision + 1, a.scale + b.scale)
    const quotientScale = Math.min(38, a.scale + 4)
    const quotient = named(a.precision - a.scale + b.scale + quotientScale, quotientScale)
    const inDuckDb = left !== 'DECIMAL(30,5)' && right !== 'DECIMAL(30,5)' && a.precision + b.precision <= 38
    return [
      infix('add', [left, right, sum], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('subtract', [left, right, sum], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('multiply', [left, right, product], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('divide', [left, right, quotient], { fallible: true, sql: null }),
      infix('modulo', [left, right, named(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale)], {
        fallible: true,
        sql: null,
      }),
    ]
  }),
)

const comparisons = [...all, ...integers].flatMap((type) =>
  (
    [
      'equal',
      'not_equal',
      'less',
      'less_or_equal',
      'greater',
      'greater_or_equal',
      'is_distinct_from',
      'is_not_distinct_from',
    ] as const
  ).map((operator) => infix(operator, [type, type, 'BOOLEAN'])),
)

const boolean: Operation[] = [
  infix('and', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('or', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('and', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('or', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  {
    name: 'not',
    arguments: ['BOOLEAN'],
    result: 'BOOLEAN',
    make: (x) => unary('not', x as Expression),
    sql: (x) => `(NOT ${x})`,
  },
  ...(['is_true', 'is_not_true', 'is_false', 'is_not_false'] as const).map((operator): Operation => ({
    name: operator,
    arguments: ['BOOLEAN'],
    result: 'BOOLEAN',
    make: (x) => unary(operator, x as Expression, typed('BOOLEAN')),
    sql: (x) => `(${x} ${operator.replaceAll('_', ' ').toUpperCase()})`,
  })),
  ...all.flatMap((type) =>
    (['is_null', 'is_not_null'] as const).map((operator): Operation => ({
      name: operator,
      arguments: [type],
      result: 'BOOLEAN',
      make: (x) => unary(operator, x as Expression, typed('BOOLEAN')),
      sql: (x) => `(${x} ${operator.replaceAll('_', ' ').toUpperCase()})`,
    })),
  ),
]

const choice = all.flatMap((type): Operation[] => [
  {
    name: 'case',
    arguments: ['BOOLEAN', type, type],
    result: type,
    make: (when, then, otherwise) => ({
      kind: 'case',
      branches: [{ when: when as Expression, then: then as Expression }],
      otherwise: otherwise as Expression,
      type: typed(type),
      nullable: true,
    }),
    sql: (when, then, otherwise) => `(CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END)`,
  },
  native('coalesce', [type, type], type),
  native('nullif', [type, type], type),
  native('greatest', [type, type], type),
  native('least', [type, type], type),
  {
    name: 'in',
    arguments: [type, type, type],
    result: 'BOOLEAN',
    make: (x, ...list) => ({
      kind: 'in_list',
      operand: x as Expression,
      list,
      negated: false,
      type: typed('BOOLEAN'),
      nullable: true,
    }),
    sql: (x, ...list) => `(${x} IN (${list.join(', ')}))`,
  },
])

const negations = [...integers.filter((type) => !type.includes('UNSIGNED')), ...decimals, 'DOUBLE'].map(
  (type): Operation => ({
    name: 'negate',
    arguments: [type],
    result: type,
    make: (x) => unary('negate', x as Expression),
    sql: (x) => `(- ${x})`,
    fallible: true,
  }),
)

const casting = (from: string, to: string, facts: Partial<Operation> = {}): Operation => ({
  name: `cast ${from} to ${to}`,
  arguments: [from],
  result: to,
  make: (x) => cast(x as Expression, to),
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
    make: (x) => cast(cast(x as Expression, 'VARCHAR'), type),
    sql: (x) => x as string,
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
  ].map((name) => native(name, ['DOUBLE'], 'DOUBLE', { inexact: true, fallible: true })),
  native('atan2', ['DOUBLE', 'DOUBLE'], 'DOUBLE', { inexact: true }),
  native('power', ['DOUBLE', 'DOUBLE'], 'DOUBLE', { inexact: true, fallible: true }),
  ...['sqrt'].map((name) => native(name, ['DOUBLE'], 'DOUBLE', { fallible: true })),
  ...['floor', 'ceil', 'trunc', 'round'].map((name) => native(name, ['DOUBLE'], 'DOUBLE')),
  native('isnan', ['DOUBLE'], 'BOOLEAN'),
  native('iszero', ['DOUBLE'], 'BOOLEAN', { sql: (x) => `(${x} = 0)` }),
]

const exact = [...integers, ...decimals, 'DOUBLE'].flatMap((type) => [native('abs', [type], type, { fallible: true })])
const wholes = decimals.flatMap((type) => [
  ...(['floor', 'ceil', 'round', 'trunc'] as const).map((name) =>
    native(name, [type], type, { fallible: true, sql: (x) => `CAST(${name}(${x}) AS ${type})` }),
  ),
])
const integerFunctions = [
  native('gcd', ['BIGINT', 'BIGINT'], 'BIGINT', { fallible: true }),
  native('lcm', ['BIGINT', 'BIGINT'], 'BIGINT', { fallible: true }),
  native('to_hex', ['BIGINT'], 'VARCHAR', { sql: (x) => `lower(to_hex(${x}))` }),
  native('chr', ['INTEGER'], 'VARCHAR', { fallible: true, sql: null }),
]

const small = (value: number): Expression => literal('BIGINT', String(value))
const counts = [-3, -1, 0, 1, 2, 5]
const text: Operation[] = [
  infix('concat', ['VARCHAR', 'VARCHAR', 'VARCHAR'], { sql: (x, y) => `(${x} || ${y})` }),
  ...['upper', 'lower', 'ltrim', 'rtrim', 'reverse'].map((name) => native(name, ['VARCHAR'], 'VARCHAR')),
  native('btrim', ['VARCHAR'], 'VARCHAR', { duckdb: 'trim' }),
  native('btrim', ['VARCHAR', 'VARCHAR'], 'VARCHAR', { duckdb: 'trim' }),
  native('initcap', ['VARCHAR'], 'VARCHAR', { sql: null }),
  native('character_length', ['VARCHAR'], 'BIGINT', { duckdb: 'length' }),
  native('octet_length', ['VARCHAR'], 'BIGINT', { duckdb: 'strlen' }),
  native('ascii', ['VARCHAR'], 'BIGINT'),
  native('strpos', ['VARCHAR', 'VARCHAR'], 'BIGINT'),
  ...['starts_with', 'contains'].map((name) => native(name, ['VARCHAR', 'VARCHAR'], 'BOOLEAN')),
  native('ends_with', ['VARCHAR', 'VARCHAR'], 'BOOLEAN', { duckdb: 'suffix' }),
  native('replace', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR'),
  native('concat', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR'),
  native('concat_ws', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR'),
  native('levenshtein', ['VARCHAR', 'VARCHAR'], 'BIGINT', { sql: null }),
  native('translate', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR'),
  ...counts.flatMap((count): Operation[] => [
    {
      ...native('left', ['VARCHAR'], 'VARCHAR'),
      make: (x) => call('left', 'VARCHAR', x as Expression, small(count)),
      sql: (x) => `left(${x}, ${count})`,
    },
    {
      ...native('right', ['VARCHAR'], 'VARCHAR'),
      make: (x) => call('right', 'VARCHAR', x as Expression, small(count)),
      sql: (x) => `right(${x}, ${count})`,
    },
    {
      ...native('substr', ['VARCHAR'], 'VARCHAR'),
      make: (x) => call('substr', 'VARCHAR', x as Expression, small(count)),
      sql: count < 1 ? null : (x) => `substring(${x}, ${count})`,
    },
    {
      ...native('substr', ['VARCHAR'], 'VARCHAR'),
      make: (x) => call('substr', 'VARCHAR', x as Expression, small(count), small(3)),
      sql: count < 1 ? null : (x) => `substring(${x}, ${count}, 3)`,
    },
    {
      ...native('lpad', ['VARCHAR', 'VARCHAR'], 'VARCHAR'),
      make: (x, y) => call('lpad', 'VARCHAR', x as Expression, small(count * 2), y as Expression),
      sql: null,
    },
    {
      ...native('repeat', ['VARCHAR'], 'VARCHAR'),
      make: (x) => call('repeat', 'VARCHAR', x as Expression, small(count)),
      sql: (x) => `repeat(${x}, ${count})`,
    },
    {
      ...native('split_part', ['VARCHAR', 'VARCHAR'], 'VARCHAR'),
      make: (x, y) => call('split_part', 'VARCHAR', x as Expression, y as Expression, small(count)),
      sql: null,
      fallible: true,
    },
  ]),
]

const patterns = ['%', '_', '%a%', 'a%', '%b', '_b%', '%a_%é', '', 'ab', '%x', 'a\\%%', '%😀%', '__%__']
const matching = patterns.flatMap((pattern): Operation[] =>
  [false, true].map((caseInsensitive): Operation => ({
    name: `like ${pattern}`,
    arguments: ['VARCHAR'],
    result: 'BOOLEAN',
    make: (x) => ({
      kind: 'like',
      operand: x as Expression,
      pattern: literal('VARCHAR', pattern),
      form: 'like',
      escape: '\\',
      negated: false,
      caseInsensitive,
      type: typed('BOOLEAN'),
      nullable: true,
    }),
    sql: (x) => `(${x} ${caseInsensitive ? 'ILIKE' : 'LIKE'} '${pattern}' ESCAPE '\\')`,
  })),
)
const regexes = [
  'a',
  '^a',
  'b$',
  '[ab]+',
  'a|é',
  '(a)(b)?',
  '\\d',
  '\\.',
  'x{2,3}',
  '.',
  '^.{3}$',
  '[^a-z]',
  '(?i)B',
  '\\s',
  '数|😀',
  '\\pL',
  '[[:alpha:]]',
]
const regexOperations = regexes.flatMap((pattern): Operation[] => [
  {
    name: `~ ${pattern}`,
    arguments: ['VARCHAR'],
    result: 'BOOLEAN',
    make: (x) => binary('regex_match', x as Expression, literal('VARCHAR', pattern), typed('BOOLEAN')),
    sql: (x) => `regexp_matches(${x}, '${pattern}')`,
  },
  {
    name: `replace ${pattern}`,
    arguments: ['VARCHAR'],
    result: 'VARCHAR',
    make: (x) =>
      call(
        'regexp_replace',
        'VARCHAR',
        x as Expression,
        literal('VARCHAR', pattern),
        literal('VARCHAR', '<\\1>'),
        literal('VARCHAR', 'g'),
      ),
    sql: pattern.includes('(a)') ? (x) => `regexp_replace(${x}, '${pattern}', '<\\1>', 'g')` : null,
    fallible: true,
  },
])

const units = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
]
const fields = [
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'microsecond',
  'millisecond',
]
const time: Operation[] = [
  infix('add', ['TIMESTAMP', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('subtract', ['TIMESTAMP', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} - ${y})` }),
  infix('add', ['DATE', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('add', ['DATE', 'INTEGER', 'DATE'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('subtract', ['DATE', 'DATE', 'BIGINT'], { sql: (x, y) => `(${x} - ${y})` }),
  infix('subtract', ['TIMESTAMP', 'TIMESTAMP', 'INTERVAL'], { sql: (x, y) => `(${x} - ${y})` }),
  infix('add', ['INTERVAL', 'INTERVAL', 'INTERVAL'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('multiply', ['INTERVAL', 'INTEGER', 'INTERVAL'], { fallible: true, sql: (x, y) => `(${x} * ${y})` }),
  ...units.map((unit): Operation => ({
    name: `date_trunc ${unit}`,
    arguments: ['TIMESTAMP'],
    result: 'TIMESTAMP',
    make: (x) => call('date_trunc', 'TIMESTAMP', literal('VARCHAR', unit), x as Expression),
    sql: (x) => `date_trunc('${unit}', ${x})`,
    fallible: true,
  })),
  ...fields.flatMap((unit): Operation[] =>
    ['TIMESTAMP', 'DATE'].map((type) => ({
      name: `date_part ${unit}`,
      arguments: [type],
      result: 'BIGINT',
      make: (x) => call('date_part', 'BIGINT', literal('VARCHAR', unit), x as Expression),
      sql: (x) => `CAST(date_part('${unit}', ${x}) AS BIGINT)`,
    })),
  ),
  native('make_date', ['BIGINT', 'BIGINT', 'BIGINT'], 'DATE', { fallible: true }),
  {
    ...native('date_bin', ['TIMESTAMP'], 'TIMESTAMP', { fallible: true }),
    make: (x) =>
      call('date_bin', 'TIMESTAMP', literal('INTERVAL', { months: 0, days: 0, micros: '900000000' }), x as Expression),
    sql: (x) => `time_bucket(INTERVAL 15 MINUTE, ${x}, TIMESTAMP '1970-01-01')`,
  },
  {
    ...native('date_bin', ['TIMESTAMP'], 'TIMESTAMP', { fallible: true }),
    make: (x) =>
      call(
        'date_bin',
        'TIMESTAMP',
        literal('INTERVAL', { months: 5, days: 0, micros: '0' }),
        x as Expression,
        literal('TIMESTAMP', '0'),
      ),
    sql: (x) => `time_bucket(INTERVAL 5 MONTH, ${x}, TIMESTAMP '1970-01-01')`,
  },
  native('to_timestamp_micros', ['BIGINT'], 'TIMESTAMP', { fallible: true, sql: null }),
  native('to_timestamp_seconds', ['BIGINT'], 'TIMESTAMP', { fallible: true, sql: null }),
  native('last_day', ['DATE'], 'DATE', { fallible: true }),
  {
    ...native('to_char', ['TIMESTAMP'], 'VARCHAR', { fallible: true }),
    make: (x) => call('to_char', 'VARCHAR', x as Expression, literal('VARCHAR', '%Y-%m-%d %H:%M:%S %j %a %b %p %I')),
    sql: (x) => `strftime(${x}, '%Y-%m-%d %H:%M:%S %j %a %b %p %I')`,
  },
]

/** Everything the generator puts together. */
export const operations: readonly Operation[] = [
  ...arithmetic,
  ...decimalArithmetic,
  ...comparisons,
  ...boolean,
  ...choice,
  ...negations,
  ...casts,
  ...floats,
  ...exact,
  ...wholes,
  ...integerFunctions,
  ...text,
  ...matching,
  ...regexOperations,
  ...time,
]
