import { typed, unary } from '../../support/expressions/build.ts'
import { all, infix, native } from './operation.ts'
import type { Operation } from './operation.ts'
const boolean: Operation[] = [
  infix('and', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('or', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('and', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  infix('or', ['BOOLEAN', 'BOOLEAN', 'BOOLEAN']),
  {
    name: 'not',
    arguments: ['BOOLEAN'],
    result: 'BOOLEAN',
    make: (x) => unary('not', x),
    sql: (x) => `(NOT ${x})`,
  },
  ...(['is_true', 'is_not_true', 'is_false', 'is_not_false'] as const).map((operator): Operation => ({
    name: operator,
    arguments: ['BOOLEAN'],
    result: 'BOOLEAN',
    make: (x) => unary(operator, x, typed('BOOLEAN')),
    sql: (x) => `(${x} ${operator.replaceAll('_', ' ').toUpperCase()})`,
  })),
  ...all.flatMap((type) =>
    (['is_null', 'is_not_null'] as const).map((operator): Operation => ({
      name: operator,
      arguments: [type],
      result: 'BOOLEAN',
      make: (x) => unary(operator, x, typed('BOOLEAN')),
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
      branches: [{ when: when, then: then }],
      otherwise: otherwise,
      type: typed(type),
      nullable: true,
    }),
    sql: (when, then, otherwise) => `(CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END)`,
  },
  native('coalesce', [[type, type], type]),
  native('nullif', [[type, type], type]),
  native('greatest', [[type, type], type]),
  native('least', [[type, type], type]),
  {
    name: 'in',
    arguments: [type, type, type],
    result: 'BOOLEAN',
    make: (x, ...list) => ({
      kind: 'in_list',
      operand: x,
      list,
      negated: false,
      type: typed('BOOLEAN'),
      nullable: true,
    }),
    sql: (x, ...list) => `(${x} IN (${list.join(', ')}))`,
  },
])

export const choiceOperations: readonly Operation[] = [...boolean, ...choice]
