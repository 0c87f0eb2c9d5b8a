import { unreachable } from '../../../sql/base/assert.ts'
import type { RowColumn, RowValue } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import type { UnitScope } from '../unit-scope.ts'
import type { Cell, NativeBuilder, Rare, Read } from './native-builder.ts'

/** A function that fills rows of a block while it walks along records. */
export interface RowWalk {
  readonly b: NativeBuilder
  readonly unit: UnitScope
  readonly at: Cell
  readonly row: Read
  readonly block: Read
  /** bytes before it are valid UTF-8 and have none that ends plain texts */
  readonly clean: Read
  /** leaves the record to others */
  readonly miss: () => void
  /** goes on elsewhere, and then with what follows the value */
  readonly rare: Rare
  /** where NULLs and negative numbers are dealt with: as what is rare, or where they are found */
  readonly seldom: 'elsewhere' | 'here'
}

/** Where values of a kind lie in a block. */
function memoryOf(value: RowValue): 'i8' | 'i16' | 'i32' | 'i64' | 'i128' | 'f32' | 'f64' | 'view' {
  switch (value.kind) {
    case 'integer':
    case 'real':
    case 'decimal':
      return value.memory
    case 'boolean':
      return 'i8'
    case 'text':
      return 'view'
    case 'instant':
      return 'i64'
    default:
      return unreachable(value)
  }
}

const sizeLog = { i8: 0, i16: 1, i32: 2, i64: 3, i128: 4, f32: 2, f64: 3, view: 4 } as const

/** The row's cell of a column, but for the column's offset. */
export function cellOf({ b, block, row }: RowWalk, { value }: RowColumn): Code {
  const { i32 } = b.code
  return i32.add(block(), i32.shl(row(), i32.const(sizeLog[memoryOf(value)])))
}

export function putValid({ b, block, row }: RowWalk, { validOffset }: RowColumn, valid: 0 | 1): void {
  const { i32 } = b.code
  if (validOffset !== null) b.push(i32.store8(validOffset, 1, i32.add(block(), row()), i32.const(valid)))
}

/** `value`: an i64, or an f64 for columns of these. */
export function putNumber(walk: RowWalk, column: RowColumn, value: Read): void {
  const { b } = walk
  const { i64, f32, f64 } = b.code
  const { dataOffset } = column
  const cell = cellOf(walk, column)
  const memory = memoryOf(column.value)
  switch (memory) {
    case 'i8':
      b.push(i64.store8(dataOffset, 1, cell, value()))
      break
    case 'i16':
      b.push(i64.store16(dataOffset, 2, cell, value()))
      break
    case 'i32':
      b.push(i64.store32(dataOffset, 4, cell, value()))
      break
    case 'i64':
      b.push(i64.store(dataOffset, 8, cell, value()))
      break
    case 'i128':
      b.push(i64.store(dataOffset, 8, cell, value()))
      b.push(i64.store(dataOffset + 8, 8, cellOf(walk, column), i64.shr_s(value(), i64.const(63n))))
      break
    case 'f32':
      b.push(f32.store(dataOffset, 4, cell, f32.demote(value())))
      break
    case 'f64':
      b.push(f64.store(dataOffset, 8, cell, value()))
      break
    case 'view':
      b.push(i64.store(dataOffset, 8, cell, value()))
      b.push(i64.store(dataOffset + 8, 8, cellOf(walk, column), value()))
      break
    default:
      return unreachable(memory)
  }
  putValid(walk, column, 1)
}

/** A value of zeros beside the validity. */
export function putNull(walk: RowWalk, column: RowColumn): void {
  const { i64, f64 } = walk.b.code
  putNumber(walk, column, () => (column.value.kind === 'real' ? f64.const(0) : i64.const(0n)))
  putValid(walk, column, 0)
}

export const words = { true: 0x6575_7274, fals: 0x736c_6166 } as const

/** `true` or `false`; `otherwise` leaves. */
export function emitBoolean(walk: RowWalk, column: RowColumn, otherwise: () => void): void {
  const { b, at } = walk
  const { i32, i64 } = b.code
  const word = b.let('i32', i32.load(0, 1, at.get()))
  const isTrue = b.let('i32', i32.eq(word(), i32.const(words.true)))
  b.if(i32.eqz(isTrue()), () => {
    b.if(i32.ne(word(), i32.const(words.fals)), otherwise)
    b.if(i32.ne(i32.load8_u(4, 1, at.get()), i32.const(101)), otherwise)
  })
  at.set(i32.add(at.get(), i32.sub(i32.const(5), isTrue())))
  putNumber(walk, column, () => i64.extend_u(isTrue()))
}
