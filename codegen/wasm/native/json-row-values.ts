import { must, unreachable } from '../../../sql/base/assert.ts'
import type { RowColumn } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import { digitCount, digitStops, loadDigits } from './digits.ts'
import type { NativeBuilder, Read } from './native-builder.ts'
import { emitView } from './put-view.ts'
import { emitNumber, firstOf, minus, type NumberRules, point } from './row-numbers.ts'
import { cellOf, emitBoolean, putNull, putNumber, putValid, type RowWalk, words } from './row-walk.ts'
import { isPlainStop, type PlainStops, scanWide } from './scan.ts'
import { emitInstant, type InstantState } from './usual-instant.ts'

export interface JsonRowWalk extends RowWalk {
  readonly stops: PlainStops
  readonly instants: InstantState | null
}

const quote = 34
const comma = 44
const backslash = 92
const nullWord = 0x6c6c_756e

/** Makes the value at `at` the row's value of the column, and steps over it. */
export function emitRowValue(walk: JsonRowWalk, column: RowColumn): void {
  const { b, at, miss, rare, seldom } = walk
  const { i32 } = b.code
  const takeNull = (): void => {
    b.if(i32.ne(i32.load(0, 1, at.get()), i32.const(nullWord)), miss)
    at.set(i32.add(at.get(), i32.const(4)))
    putNull(walk, column)
  }
  if (!column.isNullable) return emitValue(walk, column, miss)
  if (seldom === 'elsewhere') return emitValue(walk, column, () => rare(takeNull))
  b.block((done) =>
    emitValue(walk, column, () => {
      takeNull()
      done()
    }),
  )
}

/** `otherwise` leaves when the value does not begin as those of the column's type. */
function emitValue(walk: JsonRowWalk, column: RowColumn, otherwise: () => void): void {
  const { b, miss } = walk
  const { value } = column
  const rules: NumberRules = { zeros: 'one', otherwise, finish: () => {} }
  switch (value.kind) {
    case 'integer':
    case 'real':
    case 'decimal':
      return emitNumber(walk, { ...column, value }, rules)
    case 'boolean':
      return emitBoolean(walk, column, otherwise)
    case 'text': {
      const from = passQuote(walk, otherwise)
      const put = (end: Read): void => {
        emitView(b, { cell: cellOf(walk, column), offset: column.dataOffset, from, to: end })
        putValid(walk, column, 1)
      }
      return passString(walk, { put, escaped: miss })
    }
    case 'instant':
      return emitQuotedInstant(walk, column, passQuote(walk, otherwise))
    default:
      return unreachable(value)
  }
}

function emitQuotedInstant(walk: JsonRowWalk, column: RowColumn, from: Read): void {
  const { b, unit, at, miss } = walk
  const { i32 } = b.code
  emitInstant(walk, must(walk.instants), {
    from,
    isEnd: (address) => isQuote(b, address),
    endOf: () => {
      const end = b.let('i32', b.code.call(unit.native('text_end'), [from()], unit.types.i32))
      b.if(i32.eqz(isQuote(b, end)), miss)
      return end
    },
    put: (micros) => {
      at.set(i32.add(at.get(), i32.const(1)))
      putNumber(walk, column, micros)
    },
  })
}

function isQuote({ code: { i32 } }: NativeBuilder, place: Read): Code {
  return i32.eq(i32.load8_u(0, 1, place()), i32.const(quote))
}

/** Steps over an opening quote; where the text starts. `otherwise` leaves. */
function passQuote({ b, at }: RowWalk, otherwise: () => void): Read {
  const { i32 } = b.code
  b.if(i32.ne(i32.load8_u(0, 1, at.get()), i32.const(quote)), otherwise)
  at.set(i32.add(at.get(), i32.const(1)))
  return b.let('i32', at.get())
}

interface PlainString {
  /** does something with the address of the closing quote */
  readonly put: (end: Read) => void
  /** for a string with a backslash; `at` is within it */
  readonly escaped: () => void
}

/** From behind the opening quote to behind the closing one. */
function passString(walk: JsonRowWalk, { put, escaped }: PlainString): void {
  const { b, unit, at, clean, stops, miss, rare } = walk
  const { code } = b
  const { i32, i8x16, v128 } = code
  const end = scanWide(b, at, (offset) => {
    const bytes = b.let('v128', v128.load(offset, 1, at.get()))
    return i8x16.bitmask(isPlainStop(b, bytes, stops))
  })
  const finish = (end: Read): void => {
    at.set(i32.add(end(), i32.const(1)))
    put(end)
  }
  const notAscii = (): void => {
    const last = b.let('i32', code.call(unit.native('text_end'), [end()], unit.types.i32))
    b.if(i32.eqz(isQuote(b, last)), miss)
    b.if(i32.ge_u(last(), clean()), miss)
    finish(last)
  }
  b.if(i32.eqz(isQuote(b, end)), () =>
    rare(() => {
      const stop = b.let('i32', i32.load8_u(0, 1, end()))
      b.if(
        i32.eq(stop(), i32.const(backslash)),
        () => escaped(),
        () => {
          b.if(i32.lt_u(stop(), i32.const(128)), miss)
          b.if(i32.ge_u(end(), clean()), miss)
          notAscii()
        },
      )
    }),
  )
  finish(end)
}

/** Steps over a value that nobody reads. */
export function skipValue(walk: JsonRowWalk): void {
  const { b, unit, at, rare, seldom } = walk
  const { code } = b
  const { i32 } = code
  const from = b.let('i32', at.get())
  const skipRare = (): void =>
    rare(() => {
      at.set(code.call(unit.native('json_plain_end'), [from()], unit.types.i32))
      b.if(i32.eqz(at.get()), () => skipByLibrary(walk, from))
    })
  b.if(
    i32.eq(i32.load8_u(0, 1, from()), i32.const(quote)),
    () => {
      at.set(i32.add(from(), i32.const(1)))
      passString(walk, { put: () => {}, escaped: () => skipByLibrary(walk, from) })
    },
    () =>
      b.block((done) => {
        const { digits, end } = someDigits(b, from())
        b.if(i32.lt_u(i32.sub(firstOf(b, digits), i32.const(1)), i32.const(9)), () =>
          b.if(i32.eq(i32.load8_u(0, 1, end()), i32.const(comma)), () => {
            at.set(end())
            done()
          }),
        )
        if (seldom === 'here') skipPlain(walk, from)
        else skipRare()
      }),
  )
}

/** Up to eight digits, and the address behind them. */
function someDigits(b: NativeBuilder, from: Code): { readonly digits: Read; readonly end: Read } {
  const { code } = b
  const start = b.let('i32', from)
  const digits = b.let('i64', loadDigits(b, start()))
  return { digits, end: b.let('i32', code.i32.add(start(), digitCount(code, digitStops(code, digits)))) }
}

/** A word, or a number of at most eight digits and eight behind a point; other values are a miss. Of those that go on behind that the next literal does not match. */
function skipPlain({ b, at, miss }: JsonRowWalk, from: Read): void {
  const { i32 } = b.code
  const word = b.let('i32', i32.load(0, 1, from()))
  b.block((done) => {
    const pass = (length: number) => (): void => {
      at.set(i32.add(from(), i32.const(length)))
      done()
    }
    b.if(i32.eq(word(), i32.const(nullWord)), pass(4))
    b.if(i32.eq(word(), i32.const(words.true)), pass(4))
    b.if(i32.eq(word(), i32.const(words.fals)), () => b.if(i32.eq(i32.load8_u(4, 1, from()), i32.const(101)), pass(5)))
    const start = b.let('i32', i32.add(from(), i32.eq(i32.load8_u(0, 1, from()), i32.const(minus))))
    const whole = someDigits(b, start())
    b.if(i32.eq(whole.end(), start()), miss)
    b.if(i32.eqz(firstOf(b, whole.digits)), () => b.if(i32.ne(i32.sub(whole.end(), start()), i32.const(1)), miss))
    at.set(whole.end())
    b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(point)), () => {
      const fractionStart = b.let('i32', i32.add(at.get(), i32.const(1)))
      const { end } = someDigits(b, fractionStart())
      b.if(i32.eq(end(), fractionStart()), miss)
      at.set(end())
    })
  })
}

function skipByLibrary({ b, unit, at, miss }: RowWalk, from: Read): void {
  at.set(b.code.call(unit.importLibrary('json_skip'), [from()], unit.types.i32))
  b.if(b.code.i32.eqz(at.get()), miss)
}
