import type { LibraryName } from '../../../runtime/abi/library.ts'
import { constI32 } from '../../kernel/build.ts'
import type { Value } from '../value.ts'
import { argumentAs, count, fallibleTextCall, integer, invalidArgument, text, textCall } from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

/** Parts of text and text made of parts. */
export const textSliceBuilders: Readonly<Record<string, CallBuilder>> = {
  substr: (call) => {
    const operands = [argumentAs(call, 0, text), count(call, 1)]
    if (call.expression.arguments.length === 2) return textCall(call, 'string_from', operands)
    return fallibleTextCall(call, {
      name: 'string_substring',
      operands: [...operands, count(call, 2)],
      failures: [invalidArgument(call, 'the length is negative')],
    })
  },
  left: (call) => textCall(call, 'string_left', [argumentAs(call, 0, text), count(call, 1)]),
  right: (call) => textCall(call, 'string_right', [argumentAs(call, 0, text), count(call, 1)]),
  lpad: (call) => pad(call, 'string_lpad'),
  rpad: (call) => pad(call, 'string_rpad'),
  btrim: (call) => trim(call, 'string_btrim'),
  ltrim: (call) => trim(call, 'string_ltrim'),
  rtrim: (call) => trim(call, 'string_rtrim'),
  replace: (call) =>
    fallibleTextCall(call, { name: 'string_replace', operands: texts(call, 3), failures: [tooLong(call)] }),
  repeat: (call) =>
    fallibleTextCall(call, {
      name: 'string_repeat',
      operands: [argumentAs(call, 0, text), count(call, 1)],
      failures: [tooLong(call)],
    }),
  translate: (call) => textCall(call, 'string_translate', texts(call, 3)),
  overlay: (call) =>
    fallibleTextCall(call, {
      name: 'string_overlay',
      // Without a count, as many characters as the replacement has: said by the least i32.
      operands: [
        ...texts(call, 2),
        count(call, 2),
        call.expression.arguments.length > 3 ? count(call, 3) : constantCount(-(2 ** 31)),
      ],
      failures: [invalidArgument(call, 'the start is below 1, or the count negative')],
    }),
  split_part: (call) =>
    fallibleTextCall(call, {
      name: 'string_split_part',
      operands: [...texts(call, 2), count(call, 2)],
      failures: [invalidArgument(call, 'the field number is zero')],
    }),
  substr_index: (call) => textCall(call, 'string_substring_index', [...texts(call, 2), count(call, 2)]),
}

function texts(call: Call, length: number): readonly Value[] {
  return Array.from({ length }, (_, index) => argumentAs(call, index, text))
}

function constantCount(value: number): Value {
  return { type: integer, value: constI32(value), valid: null }
}

/** One space: what PAD and TRIM take where nothing else is given. */
function space(call: Call): Value {
  return {
    type: text,
    value: call.lowering.builder.module.constant({ kind: 'view', bytes: new TextEncoder().encode(' ') }),
    valid: null,
  }
}

function pad(call: Call, name: LibraryName): Value {
  const fill = call.expression.arguments.length > 2 ? argumentAs(call, 2, text) : space(call)
  return fallibleTextCall(call, {
    name,
    operands: [argumentAs(call, 0, text), count(call, 1), fill],
    failures: [tooLong(call)],
  })
}

function trim(call: Call, name: LibraryName): Value {
  const characters = call.expression.arguments.length > 1 ? argumentAs(call, 1, text) : space(call)
  return textCall(call, name, [argumentAs(call, 0, text), characters])
}

function tooLong(call: Call): ReturnType<typeof invalidArgument> {
  return invalidArgument(call, 'the text becomes too long')
}
