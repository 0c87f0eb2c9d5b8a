import { keptInstant } from '../../../runtime/abi/encode.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import type { PhysicalType } from '../../../sql/types/sql-type.ts'
import { constI32, library, load, select } from '../../kernel/build.ts'
import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { Expression } from '../../kernel/ir.ts'
import { cellOf, emitBytes, emitLiteral, literalOf, type EncodeState, type PlacedColumn } from './encode-loop.ts'

const zone = 90

/** Emits the code that writes the plain text of a value (not NULL) of a type that is no text: no quotes, no escapes. */
export function emitPlainText(state: EncodeState, column: PlacedColumn): void {
  const { builder, module, at, block, row } = state
  const { type, place } = column
  const write = (name: LibraryName, ...more: readonly Expression[]): void =>
    builder.set(at, library(name, [at, cellOf(state, column), ...more]))
  switch (type.kind) {
    case 'boolean': {
      const truth = load('bool', block, { offset: place.dataOffset, index: row })
      return emitLiteral(state, select(truth, literalOf(module, 'true'), literalOf(module, 'false')))
    }
    case 'real':
      return write('write_f32')
    case 'double':
      return write('write_f64')
    case 'decimal':
      return write(place.physical === 'i64' ? 'write_decimal64' : 'write_decimal', constI32(type.scale))
    case 'date':
      return write('write_date')
    case 'time':
      return write('write_time')
    case 'timestamp':
      return write('write_timestamp', module.scratch(keptInstant.sizeBytes))
    case 'timestamptz':
      write('write_timestamp', module.scratch(keptInstant.sizeBytes))
      return emitBytes(state, constI32(zone))
    case 'interval':
      return write('write_interval')
    case 'null':
      return emitLiteral(state, literalOf(module, 'null'))
    case 'varchar':
    case 'bytea':
      throw new InternalError('text has no plain form')
    default:
      return emitInteger(state, column)
  }
}

function emitInteger(state: EncodeState, column: PlacedColumn): void {
  const { builder, at, block, row } = state
  const { physical, dataOffset } = column.place
  const wide = wideWriters[physical]
  if (wide !== undefined) builder.set(at, library(wide, [at, cellOf(state, column)]))
  else {
    const value = load(physical as 'i8' | 'u8' | 'i16' | 'u16' | 'i32', block, { offset: dataOffset, index: row })
    builder.set(at, library('write_i32', [at, value]))
  }
}

const wideWriters: Readonly<Partial<Record<PhysicalType, LibraryName>>> = {
  u32: 'write_u32',
  i64: 'write_i64',
  u64: 'write_u64',
}
