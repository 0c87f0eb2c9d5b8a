import { must, unreachable } from '../../../sql/base/assert.ts'
import type { RowColumn } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import type { NativeBuilder, Read } from './native-builder.ts'
import { emitView } from './put-view.ts'
import { emitNumber, type NumberRules } from './row-numbers.ts'
import { cellOf, emitBoolean, putNull, putNumber, putValid, type RowWalk } from './row-walk.ts'
import { scanWide } from './scan.ts'
import { emitInstant, type InstantState } from './usual-instant.ts'

export interface CsvRowWalk extends RowWalk {
  readonly delimiter: Read
  readonly stops: { readonly delimiters: Read; readonly quotes: Read; readonly lowest: Read }
  readonly nullText: Read
  readonly nullLength: Read
  /** the first byte of the text that stands for NULL, 256 when that is empty */
  readonly nullFirst: Read
  readonly instants: InstantState | null
  /** Steps over what ends a field; a miss when something else is there. */
  readonly passEnd: (walk: CsvRowWalk) => void
}

const lineFeed = 10
const carriageReturn = 13

/** Makes the field at `at` the row's value of the column, and steps over it and its end. */
export function emitFieldValue(walk: CsvRowWalk, column: RowColumn): void {
  if (column.value.kind === 'text') return emitText(walk, column)
  withNulls(walk, column, (takeNull) => emitPlain(walk, column, takeNull))
}

/** Gives `body` what leaves for a field that is no usual value: NULL, or for others. */
function withNulls(walk: CsvRowWalk, column: RowColumn, body: (takeNull: () => void) => void): void {
  const { b, rare, seldom } = walk
  if (seldom === 'elsewhere') return body(() => rare(() => emitNull(walk, column)))
  b.block((done) =>
    body(() => {
      emitEmptyNull(walk, column)
      done()
    }),
  )
}

function emitPlain(walk: CsvRowWalk, column: RowColumn, otherwise: () => void): void {
  const { value } = column
  const { b, at, nullFirst } = walk
  const { i32 } = b.code
  b.if(i32.eq(i32.load8_u(0, 1, at.get()), nullFirst()), otherwise)
  const rules: NumberRules = { zeros: 'any', otherwise, finish: () => walk.passEnd(walk) }
  switch (value.kind) {
    case 'integer':
    case 'real':
    case 'decimal':
      return emitNumber(walk, { ...column, value }, rules)
    case 'boolean':
      emitBoolean(walk, column, otherwise)
      return walk.passEnd(walk)
    case 'instant':
      return emitFieldInstant(walk, column, otherwise)
    case 'text':
      return
    default:
      return unreachable(value)
  }
}

/** Steps over a field that nobody reads. */
export function skipField(walk: CsvRowWalk): void {
  scanField(walk, () => walk.passEnd(walk))
}

export function passDelimiter({ b, at, delimiter, miss }: CsvRowWalk): void {
  const { i32 } = b.code
  b.if(i32.ne(i32.load8_u(0, 1, at.get()), delimiter()), miss)
  at.set(i32.add(at.get(), i32.const(1)))
}

export function passLineEnd({ b, at, miss }: CsvRowWalk): void {
  const { i32 } = b.code
  b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(carriageReturn)), () => at.set(i32.add(at.get(), i32.const(1))))
  b.if(i32.ne(i32.load8_u(0, 1, at.get()), i32.const(lineFeed)), miss)
  at.set(i32.add(at.get(), i32.const(1)))
}

/** To the field's end; `finish` goes on there. What ends it may be anything. */
function scanField(walk: CsvRowWalk, finish: () => void): void {
  const { b, at, clean, miss, rare, stops } = walk
  const { i32, i8x16, v128 } = b.code
  const end = scanWide(b, at, (offset) => {
    const bytes = b.let('v128', v128.load(offset, 1, at.get()))
    const isStop = v128.or(i8x16.eq(bytes(), stops.delimiters()), i8x16.lt_s(bytes(), stops.lowest()))
    return i8x16.bitmask(v128.or(isStop, i8x16.eq(bytes(), stops.quotes())))
  })
  at.set(end())
  b.if(i32.ge_u(i32.load8_u(0, 1, at.get()), i32.const(128)), () =>
    rare(() => {
      at.set(fieldEnd(walk, at.get())())
      b.if(i32.ge_u(at.get(), clean()), miss)
      finish()
    }),
  )
  finish()
}

/** The first delimiter or byte below 14; quotes are passed over. */
function fieldEnd({ b, unit, delimiter }: CsvRowWalk, from: Code): Read {
  return b.let('i32', b.code.call(unit.native('field_end'), [from, delimiter()], unit.types.i32))
}

function emitText(walk: CsvRowWalk, column: RowColumn): void {
  const { b, at, rare, nullFirst, nullLength, seldom } = walk
  const { i32 } = b.code
  const from = b.let('i32', at.get())
  const put = (): void => {
    const end = b.let('i32', at.get())
    emitView(b, { cell: cellOf(walk, column), offset: column.dataOffset, from, to: end })
    putValid(walk, column, 1)
    walk.passEnd(walk)
  }
  const takeIfNull = (): void =>
    b.if(
      isNullText(walk, from),
      () => {
        at.set(from())
        emitNull(walk, column)
      },
      put,
    )
  b.block((done) => {
    const mayBeNull = (): void => {
      if (seldom === 'elsewhere') return rare(takeIfNull)
      emitEmptyNull(walk, column)
      done()
    }
    scanField(walk, () => {
      // an empty text has no first byte
      b.if(i32.eq(i32.sub(at.get(), from()), nullLength()), () => {
        b.if(i32.eqz(nullLength()), mayBeNull)
        b.if(i32.eq(i32.load8_u(0, 1, from()), nullFirst()), mayBeNull)
      })
      put()
    })
  })
}

function emitFieldInstant(walk: CsvRowWalk, column: RowColumn, otherwise: () => void): void {
  const { b, at, delimiter } = walk
  const { i32 } = b.code
  // what does not begin with a digit is no timestamp
  b.if(i32.ge_u(i32.sub(i32.load8_u(0, 1, at.get()), i32.const(48)), i32.const(10)), otherwise)
  const from = b.let('i32', at.get())
  emitInstant(walk, must(walk.instants), {
    from,
    isEnd: (address) => isFieldEnd(b, { at: address, delimiter }),
    endOf: () => fieldEnd(walk, from()),
    put: (micros) => {
      putNumber(walk, column, micros)
      walk.passEnd(walk)
    },
  })
}

/** A delimiter, or a byte below 14; i32. */
function isFieldEnd({ code: { i32 } }: NativeBuilder, place: { readonly at: Read; readonly delimiter: Read }): Code {
  const byte = (): Code => i32.load8_u(0, 1, place.at())
  return i32.or(i32.eq(byte(), place.delimiter()), i32.lt_u(byte(), i32.const(14)))
}

/** The field from `from` to `at` or to the next end is the text that stands for NULL. i32 */
function isNullText({ b, unit, delimiter, nullText, nullLength }: CsvRowWalk, from: Read): Code {
  const { code } = b
  const { i32 } = code
  const same = code.call(unit.native('equal_bytes'), [from(), nullText(), nullLength()], unit.types.i32)
  const isSame = b.let('i32', i32.or(i32.eqz(nullLength()), same))
  const next = b.let('i32', i32.load8_u(0, 1, i32.add(from(), nullLength())))
  const isEnd = i32.or(i32.eq(next(), delimiter()), i32.lt_u(next(), i32.const(14)))
  return i32.and(isSame(), isEnd)
}

/** A field that is no usual value: NULL, or for others. */
function emitNull(walk: CsvRowWalk, column: RowColumn): void {
  const { b, at, miss, nullLength } = walk
  const { i32 } = b.code
  if (!column.isNullable) return miss()
  const from = b.let('i32', at.get())
  b.if(i32.eqz(isNullText(walk, from)), miss)
  at.set(i32.add(from(), nullLength()))
  putNull(walk, column)
  walk.passEnd(walk)
}

/** The same where an empty field is NULL; when a text stands for it, that is for others. */
function emitEmptyNull(walk: CsvRowWalk, column: RowColumn): void {
  const { b, at, delimiter, miss, nullLength } = walk
  const { i32 } = b.code
  if (!column.isNullable) return miss()
  b.if(nullLength(), miss)
  b.if(i32.eqz(isFieldEnd(b, { at: at.get, delimiter })), miss)
  putNull(walk, column)
  walk.passEnd(walk)
}
