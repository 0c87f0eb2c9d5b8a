import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { type Cell, NativeBuilder } from './native-builder.ts'
import { fieldStops, scanFor, stringStops } from './scan.ts'

/** text_end(from): the first quote or control character. */
const textEnd: NativeFunction = {
  name: 'text_end',
  define(unit, internal) {
    unit.apart.add(internal)
    const b = new NativeBuilder(unit, ['i32'])
    const from = b.parameter(0)
    b.define(internal, 'i32', scanFor(b, from(), (bytes) => stringStops(b, bytes))())
  },
}

/** field_end(from, delimiter): the first delimiter or byte below 14. */
const fieldEnd: NativeFunction = {
  name: 'field_end',
  define(unit, internal) {
    unit.apart.add(internal)
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [from, delimiter] = b.two()
    const delimiters = b.let('v128', b.code.i8x16.splat(delimiter()))
    b.define(internal, 'i32', scanFor(b, from(), (bytes) => fieldStops(b, bytes, delimiters))())
  },
}

/** json_plain_end(from): the end of a number or a word, 0 for anything else. What follows is not looked at. */
const jsonPlainEnd: NativeFunction = {
  name: 'json_plain_end',
  define(unit, internal) {
    unit.apart.add(internal)
    const b = new NativeBuilder(unit, ['i32'])
    const { code } = b
    const { i32 } = code
    const from = b.parameter(0)
    const word = b.let('i32', i32.load(0, 1, from()))
    const isWord = (bytes: number): Code => i32.eq(word(), i32.const(bytes))
    b.if(i32.or(isWord(0x6c6c_756e), isWord(0x6575_7274)), () => b.return(i32.add(from(), i32.const(4))))
    const isFalse = i32.and(isWord(0x736c_6166), i32.eq(i32.load8_u(4, 1, from()), i32.const(101)))
    b.if(isFalse, () => b.return(i32.add(from(), i32.const(5))))
    const at = b.cell('i32')
    at.set(i32.add(from(), i32.eq(i32.load8_u(0, 1, from()), i32.const(45))))
    const isZero = b.let('i32', i32.eq(i32.load8_u(0, 1, at.get()), i32.const(48)))
    const start = b.let('i32', at.get())
    passDigits(b, at)
    b.if(i32.and(isZero(), i32.gt_u(i32.sub(at.get(), start()), i32.const(1))), () => b.return(i32.const(0)))
    b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(46)), () => {
      at.set(i32.add(at.get(), i32.const(1)))
      passDigits(b, at)
    })
    b.if(i32.eq(i32.or(i32.load8_u(0, 1, at.get()), i32.const(32)), i32.const(101)), () => {
      at.set(i32.add(at.get(), i32.const(1)))
      const sign = b.let('i32', i32.load8_u(0, 1, at.get()))
      at.set(i32.add(at.get(), i32.or(i32.eq(sign(), i32.const(43)), i32.eq(sign(), i32.const(45)))))
      passDigits(b, at)
    })
    b.define(internal, 'i32', at.get())
  },
}

/** Returns 0 when there is none. */
function passDigits(b: NativeBuilder, at: Cell): void {
  const { i32 } = b.code
  const start = b.let('i32', at.get())
  b.loop((leave) => {
    const digit = i32.sub(i32.load8_u(0, 1, at.get()), i32.const(48))
    b.if(i32.ge_u(digit, i32.const(10)), leave)
    at.set(i32.add(at.get(), i32.const(1)))
  })
  b.if(i32.eq(at.get(), start()), () => b.return(i32.const(0)))
}

export const plainValues: readonly NativeFunction[] = [textEnd, fieldEnd, jsonPlainEnd]
