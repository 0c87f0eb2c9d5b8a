import type { Interval, LiteralValue } from '../../../sql/plan/logical-plan.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { constF64, constI1, constI128, constI32, constI64, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { valueTypeOf } from '../value.ts'
import type { Value } from '../value.ts'
import type { Lowering, Of } from './lowering.ts'
import { nullOf } from './strict.ts'

/**
 * Numbers go into the code; whatever SQL writes between quotes (text, dates, intervals) goes into the constant pool, so
 * that generated code does not depend on it.
 */
export function lowerLiteral(lowering: Lowering, { type, value }: Of<'literal'>): Value {
  if (value === null || type.kind === 'null') return nullOf(lowering, type)
  return { type, value: lowerKnown(lowering, type, value), valid: null }
}

function lowerKnown(lowering: Lowering, type: Value['type'], value: Exclude<LiteralValue, null>): Expression {
  const { builder } = lowering
  switch (type.kind) {
    case 'null':
      throw new InternalError('a NULL literal has no value')
    case 'boolean':
      return constI1(value === true)
    case 'real':
    case 'double':
      return constF64(Number(value))
    case 'varchar':
    case 'bytea':
      return builder.module.constant({ kind: 'view', bytes: literalBytes(type, String(value)) })
    case 'interval':
      return builder.module.constant({ kind: 'bytes', bytes: intervalBytes(value as Interval) })
    case 'date':
      return builder.let(
        'literal',
        load('i32', builder.module.constant({ kind: 'bytes', bytes: dateBytes(String(value)) })),
      )
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return builder.let('literal', load('i64', builder.module.constant({ kind: 'i64', value: BigInt(String(value)) })))
    default:
      return integer(valueTypeOf(type), BigInt(String(value)))
  }
}

/** Of a text or of bytes, which are written in hexadecimal. */
export function literalBytes({ kind }: Value['type'], value: string): Uint8Array {
  return kind === 'bytea' ? Uint8Array.fromHex(value) : new TextEncoder().encode(value)
}

function integer(register: ReturnType<typeof valueTypeOf>, value: bigint): Expression {
  if (register === 'i128') return constI128(value)
  return register === 'i64' ? constI64(value) : constI32(Number(value))
}

/** The 16-byte cell of an interval. */
export function intervalBytes({ months, days, micros }: Interval): Uint8Array {
  const cell = new DataView(new ArrayBuffer(16))
  cell.setInt32(0, months, true)
  cell.setInt32(4, days, true)
  cell.setBigInt64(8, BigInt(micros), true)
  return new Uint8Array(cell.buffer)
}

/** Padded to 8 bytes, so that the next constant stays aligned. */
function dateBytes(days: string): Uint8Array {
  const cell = new DataView(new ArrayBuffer(8))
  cell.setInt32(0, Number(days), true)
  return new Uint8Array(cell.buffer)
}
