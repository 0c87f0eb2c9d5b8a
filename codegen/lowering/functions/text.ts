import type { LibraryName } from '../../../runtime/abi/library.ts'
import { binary, constI1, constI64, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { doFallible, made, neutral, strict } from '../expressions/strict.ts'
import { isNotNull } from '../expressions/validity.ts'
import type { Value } from '../value.ts'
import {
  argument,
  argumentAs,
  bigint,
  boolean,
  count,
  fallibleTextCall,
  integer,
  invalidArgument,
  planned,
  pureCall,
  text,
  textCall,
} from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

const ofText =
  (name: LibraryName): CallBuilder =>
  (call) =>
    textCall(call, name, [argumentAs(call, 0, text)])
const ofTwo =
  (name: LibraryName, type: typeof integer): CallBuilder =>
  (call) =>
    pureCall(call, { name, operands: [argumentAs(call, 0, text), argumentAs(call, 1, text)], type })

/** Text as a whole. */
export const textBuilders: Readonly<Record<string, CallBuilder>> = {
  character_length: (call) =>
    pureCall(call, { name: 'string_length', operands: [argumentAs(call, 0, text)], type: integer }),
  octet_length: (call) => planned(call, octets(call)),
  bit_length: (call) => {
    const eight = strict(call.lowering, bigint, {
      operands: [octets(call)],
      compute: ([x]) => binary('mul', unary('i64_from_i32_s', x as Expression), constI64(8)),
    })
    return planned(call, eight)
  },
  upper: ofText('string_upper'),
  lower: ofText('string_lower'),
  initcap: ofText('string_initcap'),
  reverse: ofText('string_reverse'),
  ascii: (call) => pureCall(call, { name: 'string_ascii', operands: [argumentAs(call, 0, text)], type: integer }),
  chr: (call) =>
    fallibleTextCall(call, {
      name: 'string_chr',
      operands: [count(call, 0)],
      failures: [invalidArgument(call, 'not the code point of a character')],
    }),
  to_hex: (call) => textCall(call, 'string_to_hex', [wide(call)]),
  starts_with: ofTwo('string_starts_with', boolean),
  ends_with: ofTwo('string_ends_with', boolean),
  contains: ofTwo('string_contains', boolean),
  strpos: ofTwo('string_position', integer),
  find_in_set: ofTwo('string_find_in_set', integer),
  levenshtein: ofTwo('string_levenshtein', integer),
  concat,
  concat_ws: concatWithSeparator,
}

/** The length word of the view, which VARCHAR and BYTEA both have. */
function octets(call: Call): Value {
  const isBytes = call.expression.arguments[0]?.type.kind === 'bytea'
  return strict(call.lowering, integer, {
    operands: [isBytes ? argument(call, 0) : argumentAs(call, 0, text)],
    compute: ([x]) => load('i32', x as Expression),
  })
}

/** BIGINT UNSIGNED keeps its bits. */
function wide(call: Call): Value {
  const value = argument(call, 0)
  return value.type.kind === 'ubigint' ? value : argumentAs(call, 0, bigint)
}

/** Appends text to a cell that the row began empty. */
function append(call: Call, cell: Expression, part: Expression): void {
  doFallible(call.lowering, {
    name: 'string_concat',
    parameters: [cell, part, cell],
    failures: [invalidArgument(call, 'the text becomes too long')],
  })
}

function concat(call: Call): Value {
  const { lowering, expression } = call
  const { builder } = lowering
  const parts = expression.arguments.map((_, index) => argumentAs(call, index, text))
  const cell = builder.module.scratch(16)
  builder.copy({ address: cell }, { address: neutral(lowering, text) }, 16)
  for (const { value, valid } of parts) {
    if (valid === null) append(call, cell, value)
    else builder.if(valid, () => append(call, cell, value))
  }
  return { type: text, value: cell, valid: null }
}

function concatWithSeparator(call: Call): Value {
  const { lowering, expression } = call
  const { builder } = lowering
  const [separator, ...parts] = expression.arguments.map((_, index) => argumentAs(call, index, text)) as [
    Value,
    ...Value[],
  ]
  return made(lowering, text, {
    operands: [separator],
    write: ([between], cell) => {
      const some = builder.mutable('some', constI1(false))
      builder.copy({ address: cell }, { address: neutral(lowering, text) }, 16)
      for (const part of parts) {
        builder.if(isNotNull(part), () => {
          builder.if(some, () => append(call, cell, between as Expression))
          append(call, cell, part.value)
          builder.set(some, constI1(true))
        })
      }
    },
  })
}
