import { dialect as dialectOffsets, literal } from '../../../runtime/abi/encode.ts'
import type { LibraryName } from '../../../runtime/abi/library.ts'
import { viewInlineBytesMax, viewOffsets } from '../../../runtime/abi/view.ts'
import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { doubleTexts } from './double-text.ts'
import { instantWriters } from './instant-writers.ts'
import { NativeBuilder, type Read } from './native-builder.ts'
import { numberTexts } from './number-texts.ts'
import { stringStops } from './scan.ts'
import { bytesOf, lengthOf } from './strings.ts'

const width = 16
const lanes = (byte: number): Uint8Array => new Uint8Array(width).fill(byte)
const iota = Uint8Array.from({ length: width }, (_, index) => index)
const [space, quote, backslash] = [32, 34, 92]

/** write_literal(out, literal): whole vectors, which it has. */
const writeLiteral: NativeFunction = {
  name: 'write_literal',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [out, from] = b.two()
    const { i32, v128 } = b.code
    const length = b.let('i32', i32.load(literal.length, 4, from()))
    b.push(v128.store(0, 1, out(), v128.load(literal.bytes, 16, from())))
    b.if(i32.gt_s(length(), i32.const(width)), () => {
      const done = b.cell('i32')
      done.set(i32.const(width))
      b.loop((leave) => {
        const bytes = v128.load(literal.bytes, 16, i32.add(from(), done.get()))
        b.push(v128.store(0, 1, i32.add(out(), done.get()), bytes))
        done.set(i32.add(done.get(), i32.const(width)))
        b.if(i32.ge_s(done.get(), length()), leave)
      })
    })
    b.define(internal, 'i32', i32.add(out(), length()))
  },
}

interface Copied {
  readonly to: Read
  readonly view: Read
  readonly length: Read
  readonly from: Read
  /** a mask of the bytes that are not written as they are; zeros are none, or never looked at */
  readonly stops: (bytes: Read) => Code
  readonly rare: () => void
}

/** Copies a text, 16 bytes at a time, the last ones overlapping those before; nothing is read beyond the text. Looks for what is rare on the way. */
function copyText(b: NativeBuilder, { to, view, length, from, stops, rare }: Copied): void {
  const { code } = b
  const { i32, v128, i8x16 } = code
  const step = (offset: Code): void => {
    const at = b.let('i32', offset)
    const bytes = b.let('v128', v128.load(0, 1, i32.add(from(), at())))
    b.if(v128.any_true(stops(bytes)), rare)
    b.push(v128.store(0, 1, i32.add(to(), at()), bytes()))
  }
  b.if(
    i32.le_s(length(), i32.const(width)),
    () => {
      // a view holds short texts behind four bytes; longer ones are the end of what stands before their end
      const isInline = b.let('i32', i32.le_s(length(), i32.const(viewInlineBytesMax)))
      const missing = b.let('i32', i32.sub(i32.const(width), length()))
      const start = code.select(isInline(), view(), i32.sub(from(), missing()))
      const shift = code.select(isInline(), i32.const(viewOffsets.prefix), missing())
      const places = i8x16.add(v128.const(iota), i8x16.splat(shift))
      const bytes = b.let('v128', i8x16.swizzle(v128.load(0, 1, start), places))
      const mask = i32.sub(i32.shl(i32.const(1), length()), i32.const(1))
      b.if(i32.and(i8x16.bitmask(stops(bytes)), mask), rare)
      b.push(v128.store(0, 1, to(), bytes()))
    },
    () => {
      const last = b.let('i32', i32.sub(length(), i32.const(width)))
      const done = b.cell('i32')
      done.set(i32.const(0))
      b.loop((leave) => {
        b.if(i32.ge_s(done.get(), last()), leave)
        step(done.get())
        done.set(i32.add(done.get(), i32.const(width)))
      })
      step(last())
    },
  )
}

/** write_json_text(out, view): what has no escapes. */
const writeJsonText: NativeFunction = {
  name: 'write_json_text',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [out, view] = b.two()
    const { code } = b
    const { i32, v128, i8x16 } = code
    const length = b.let('i32', lengthOf(b, view))
    const from = b.let('i32', bytesOf(b, view))
    const to = b.let('i32', i32.add(out(), i32.const(1)))
    const stops = (bytes: Read): Code => v128.or(stringStops(b, bytes), i8x16.eq(bytes(), v128.const(lanes(backslash))))
    const name: LibraryName = 'write_json_text'
    const rare = (): void => b.return(code.call(unit.importLibrary(name), [out(), view()], unit.types.i32))
    b.push(i32.store8(0, 1, out(), i32.const(quote)))
    copyText(b, { to, view, length, from, stops, rare })
    const end = b.let('i32', i32.add(to(), length()))
    b.push(i32.store8(0, 1, end(), i32.const(quote)))
    b.define(internal, 'i32', i32.add(end(), i32.const(1)))
  },
}

/** write_csv_text(out, view, dialect): what needs no quotes. */
const writeCsvText: NativeFunction = {
  name: 'write_csv_text',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [out, view] = b.two()
    const dialect = b.parameter(2)
    const { code } = b
    const { i32, v128, i8x16 } = code
    const length = b.let('i32', lengthOf(b, view))
    const from = b.let('i32', bytesOf(b, view))
    const call = (): Code => code.call(unit.importLibrary('write_csv_text'), [out(), view(), dialect()], unit.types.i32)
    const rare = (): void => b.return(call())
    const byteAt = (address: Code): Code => i32.load8_u(0, 1, address)
    b.if(i32.eq(length(), i32.load(dialectOffsets.nullLength, 4, dialect())), () => {
      const nullText = i32.add(dialect(), i32.const(dialectOffsets.nullText))
      b.if(code.call(unit.native('equal_bytes'), [from(), nullText, length()], unit.types.i32), rare)
    })
    b.if(i32.eqz(length()), () => b.return(out()))
    const last = byteAt(i32.sub(i32.add(from(), length()), i32.const(1)))
    const isSpace = (byte: Code): Code => i32.eq(byte, i32.const(space))
    b.if(i32.or(isSpace(byteAt(from())), isSpace(last)), rare)
    const ofDialect = (offset: number): Read => b.let('v128', i8x16.splat(i32.load(offset, 4, dialect())))
    const [quotes, delimiters] = [ofDialect(dialectOffsets.quote), ofDialect(dialectOffsets.delimiter)]
    const stops = (bytes: Read): Code =>
      [v128.const(lanes(10)), v128.const(lanes(13)), delimiters()].reduce(
        (found, byte) => v128.or(found, i8x16.eq(bytes(), byte)),
        i8x16.eq(bytes(), quotes()),
      )
    copyText(b, { to: out, view, length, from, stops, rare })
    b.define(internal, 'i32', i32.add(out(), length()))
  },
}

/** What encoders call (runtime/abi/library/encode.ts), for values that are common. */
export const textWriters: readonly NativeFunction[] = [
  ...numberTexts,
  ...doubleTexts,
  ...instantWriters,
  writeLiteral,
  writeJsonText,
  writeCsvText,
]
