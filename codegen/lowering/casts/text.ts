import type { FaultName, LibraryName } from '../../../runtime/abi/library.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { constI32, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { isShort } from '../expressions/decimal-alignment.ts'
import { integerFacts, integerKind, outside } from '../expressions/integer-facts.ts'
import { guarded, made } from '../expressions/strict.ts'
import type { CastContext } from './cast-failures.ts'

/** Every type has a text form. */
export function castToText({ lowering, value, type }: CastContext): Value {
  return made(lowering, type, {
    operands: [value],
    write: ([x], out) => {
      const { name, parameters } = printer(value.type, x as Expression)
      lowering.builder.do(name, [...parameters, out])
    },
  })
}

interface Printer {
  readonly name: LibraryName
  readonly parameters: readonly Expression[]
}

function printer(type: SqlType, x: Expression): Printer {
  switch (type.kind) {
    case 'boolean':
      return { name: 'boolean_to_text', parameters: [x] }
    case 'ubigint':
      return { name: 'u64_to_text', parameters: [x] }
    case 'real':
      return { name: 'f32_to_text', parameters: [x] }
    case 'double':
      return { name: 'f64_to_text', parameters: [x] }
    case 'decimal':
      return { name: isShort(type) ? 'decimal64_to_text' : 'decimal_to_text', parameters: [x, constI32(type.scale)] }
    case 'bytea':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return { name: `${type.kind}_to_text`, parameters: [x] }
    case 'null':
    case 'varchar':
      throw new InternalError('no cast is needed')
    default:
      return {
        name: 'i64_to_text',
        parameters: [integerFacts(type.kind).register === 'i64' ? x : unary('i64_from_i32_s', x)],
      }
  }
}

export function castFromText(context: CastContext, to: SqlType): Value {
  if (to.kind === 'interval' || to.kind === 'bytea') return castIntoCell(context, to.kind)
  return guarded(context.lowering, to, {
    operands: [context.value],
    compute: ([x]) => parse(context, to, x as Expression),
  })
}

function castIntoCell({ lowering, failures, value, type }: CastContext, kind: 'interval' | 'bytea'): Value {
  const name = kind === 'interval' ? 'text_to_interval' : 'text_to_bytea'
  return made(lowering, type, {
    operands: [value],
    write: ([x], out) => failures.do(name, [x as Expression, out], ['numeric_overflow', 'invalid_cast']),
  })
}

const numeric: readonly FaultName[] = ['numeric_overflow', 'invalid_cast']
const temporal: readonly FaultName[] = ['datetime_overflow', 'invalid_cast']

function parse({ failures }: CastContext, to: SqlType, text: Expression): Expression {
  switch (to.kind) {
    case 'boolean':
      return failures.call('text_to_boolean', [text], ['invalid_cast'])
    case 'real':
      return failures.call('text_to_f32', [text], numeric)
    case 'double':
      return failures.call('text_to_f64', [text], numeric)
    case 'decimal': {
      const name = isShort(to) ? 'text_to_decimal64' : 'text_to_decimal'
      return failures.call(name, [text, constI32(to.scale), constI32(to.precision)], numeric)
    }
    case 'date':
      return failures.call('text_to_date', [text], temporal)
    case 'time':
      return failures.call('text_to_time', [text], temporal)
    case 'timestamp':
    case 'timestamptz':
      return failures.call('text_to_timestamp', [text], temporal)
    case 'ubigint':
      return failures.call('text_to_u64', [text], numeric)
    default: {
      const kind = integerKind(to)
      if (kind === null) throw new InternalError(`text is not parsed as ${to.kind}`)
      const { register, bits, min, max } = integerFacts(kind)
      const wide = failures.call('text_to_i64', [text], numeric)
      if (bits === 64) return wide
      failures.when(outside(wide, 'i64', [min, max]), 'numeric_overflow')
      return register === 'i32' ? unary('i32_wrap_i64', wide) : wide
    }
  }
}
