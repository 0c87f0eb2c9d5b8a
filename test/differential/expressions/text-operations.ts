import type { Expression } from '../../../sql/plan/logical-plan.ts'
import { as, binary, call, literal, typed } from '../../support/expressions/build.ts'
import { infix, native } from './operation.ts'
import type { Operation } from './operation.ts'
const small = (value: number): Expression => literal('BIGINT', String(value))
const counts = [-3, -1, 0, 1, 2, 5]
const text: Operation[] = [
  infix('concat', ['VARCHAR', 'VARCHAR', 'VARCHAR'], { sql: (x, y) => `(${x} || ${y})` }),
  ...['upper', 'lower', 'ltrim', 'rtrim', 'reverse'].map((name) => native(name, [['VARCHAR'], 'VARCHAR'])),
  native('btrim', [['VARCHAR'], 'VARCHAR'], { duckdb: 'trim' }),
  native('btrim', [['VARCHAR', 'VARCHAR'], 'VARCHAR'], { duckdb: 'trim' }),
  native('initcap', [['VARCHAR'], 'VARCHAR'], { sql: null }),
  native('character_length', [['VARCHAR'], 'BIGINT'], { duckdb: 'length' }),
  native('octet_length', [['VARCHAR'], 'BIGINT'], { duckdb: 'strlen' }),
  native('ascii', [['VARCHAR'], 'BIGINT']),
  native('strpos', [['VARCHAR', 'VARCHAR'], 'BIGINT']),
  ...['starts_with', 'contains'].map((name) => native(name, [['VARCHAR', 'VARCHAR'], 'BOOLEAN'])),
  native('ends_with', [['VARCHAR', 'VARCHAR'], 'BOOLEAN'], { duckdb: 'suffix' }),
  native('replace', [['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR']),
  native('concat', [['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR']),
  native('concat_ws', [['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR']),
  native('levenshtein', [['VARCHAR', 'VARCHAR'], 'BIGINT'], { sql: null }),
  native('translate', [['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR']),
  ...counts.flatMap((count): Operation[] => [
    {
      ...native('left', [['VARCHAR'], 'VARCHAR']),
      make: (x) => call('left', 'VARCHAR', x, small(count)),
      sql: (x) => `left(${x}, ${count})`,
    },
    {
      ...native('right', [['VARCHAR'], 'VARCHAR']),
      make: (x) => call('right', 'VARCHAR', x, small(count)),
      sql: (x) => `right(${x}, ${count})`,
    },
    {
      ...native('substr', [['VARCHAR'], 'VARCHAR']),
      make: (x) => call('substr', 'VARCHAR', x, small(count)),
      sql: count < 1 ? null : (x) => `substring(${x}, ${count})`,
    },
    {
      ...native('substr', [['VARCHAR'], 'VARCHAR']),
      make: (x) => call('substr', 'VARCHAR', x, small(count), small(3)),
      sql: count < 1 ? null : (x) => `substring(${x}, ${count}, 3)`,
    },
    {
      ...native('lpad', [['VARCHAR', 'VARCHAR'], 'VARCHAR']),
      make: (x, y) => call('lpad', 'VARCHAR', x, small(count * 2), y),
      sql: null,
    },
    {
      ...native('repeat', [['VARCHAR'], 'VARCHAR']),
      make: (x) => call('repeat', 'VARCHAR', x, small(count)),
      sql: (x) => `repeat(${x}, ${count})`,
    },
    {
      ...native('split_part', [['VARCHAR', 'VARCHAR'], 'VARCHAR']),
      make: (x, y) => call('split_part', 'VARCHAR', x, y, small(count)),
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
      operand: x,
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
    make: (x) => as(binary('regex_match', x, literal('VARCHAR', pattern)), 'BOOLEAN'),
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
        x,
        literal('VARCHAR', pattern),
        literal('VARCHAR', '<\\1>'),
        literal('VARCHAR', 'g'),
      ),
    sql: pattern.includes('(a)') ? (x) => `regexp_replace(${x}, '${pattern}', '<\\1>', 'g')` : null,
    fallible: true,
  },
])

export const textOperations: readonly Operation[] = [...text, ...matching, ...regexOperations]
