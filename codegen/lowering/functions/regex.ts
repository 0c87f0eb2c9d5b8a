import { badPattern, flagsConstant, matchConstant, regexConstant, textLiteral } from '../expressions/pattern.ts'
import type { Failure } from '../expressions/lowering.ts'
import type { Value } from '../value.ts'
import { constI32 } from '../../kernel/build.ts'
import {
  argumentAs,
  boolean,
  count,
  fallibleCall,
  fallibleTextCall,
  integer,
  invalidArgument,
  text,
} from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

export const regexBuilders: Readonly<Record<string, CallBuilder>> = {
  regexp_like: like,
  regexp_replace: (call) =>
    fallibleTextCall(call, {
      name: 'regex_replace',
      operands: [argumentAs(call, 0, text), argumentAs(call, 1, text), argumentAs(call, 2, text), flags(call, 3)],
      failures: failures(call),
    }),
  regexp_count: (call) =>
    fallibleCall(call, {
      name: 'regex_count',
      operands: [
        argumentAs(call, 0, text),
        argumentAs(call, 1, text),
        call.expression.arguments.length > 2 ? count(call, 2) : { type: integer, value: constI32(1), valid: null },
        flags(call, 3),
      ],
      type: integer,
      failures: failures(call),
    }),
}

function like(call: Call): Value {
  const [, pattern, given] = call.expression.arguments
  const literal = pattern && textLiteral(pattern)
  const known = given === undefined ? '' : textLiteral(given)
  if (typeof literal === 'string' && (known === '' || known === 'i')) {
    return matchConstant(call.lowering, argumentAs(call, 0, text), {
      pattern: regexConstant(literal, known === 'i'),
      span: call.expression.span,
    })
  }
  return fallibleCall(call, {
    name: 'regex_match',
    operands: [argumentAs(call, 0, text), argumentAs(call, 1, text), flags(call, 2)],
    type: boolean,
    failures: failures(call),
  })
}

function flags(call: Call, index: number): Value {
  if (call.expression.arguments.length > index) return argumentAs(call, index, text)
  return { type: text, value: flagsConstant(call.lowering, ''), valid: null }
}

function failures(call: Call): readonly Failure[] {
  return [invalidArgument(call, 'a start below 1, or too long a result'), badPattern(call.expression.span)]
}
