import { faultAddress } from '../../../runtime/abi/library.ts'
import { viewInlineBytesMax, viewOffsets } from '../../../runtime/abi/view.ts'
import type { Expression } from '../../kernel/ir.ts'
import { binary, call, constI64, doCall, library, select, unary } from '../../kernel/build.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import {
  add,
  alignedDown,
  and,
  bitsWithin,
  both,
  byteAt,
  digitStops,
  either,
  eq,
  everyByte,
  fourDigits,
  ge,
  gt,
  i32,
  isZero,
  le,
  lt,
  mul,
  ne,
  or,
  shl,
  spliced,
  sub,
  wordAt,
  xor,
} from './word.ts'

/** Functions of the decoder's own module that several columns share; each is made when it is first asked for. */
export class TextFunctions {
  readonly #frame: DecoderFrame
  readonly #made = new Set<string>()

  constructor(frame: DecoderFrame) {
    this.#frame = frame
  }

  /** put_view(cell, from, to): the view of the bytes from .. to. The words around them can be read. */
  putView(builder: FunctionBuilder, cell: Expression, { from, to }: { from: Expression; to: Expression }): void {
    this.#once('put_view', definePutView)
    builder.push(doCall(call(putView, [cell, from, to])))
  }

  /** A view of the bytes for the library; the address of its cell. */
  viewOf(builder: FunctionBuilder, from: Expression, to: Expression): Expression {
    this.putView(builder, this.#frame.textCell, { from, to })
    return this.#frame.textCell
  }

  /** small_digits(from, to): the number that one to eight digits spell, -1 for any other text. */
  smallDigits(from: Expression, to: Expression): Expression {
    this.#once('small_digits', (module) => defineSmallDigits(module, this.#frame.powers))
    return call({ name: 'small_digits', result: 'i32' }, [from, to])
  }

  /** instant(from, to): microseconds of a timestamp text; sets the fault cell. */
  instant(from: Expression, to: Expression): Expression {
    this.#once('put_view', definePutView)
    this.#once('instant', (module) => defineInstant(module, this.#frame))
    return call({ name: 'instant', result: 'i64' }, [from, to])
  }

  #once(name: string, define: (module: ModuleBuilder) => void): void {
    if (this.#made.has(name)) return
    this.#made.add(name)
    define(this.#frame.module)
  }
}

const putView = { name: 'put_view', result: null } as const

function definePutView(module: ModuleBuilder): void {
  const parameters = [
    { role: 'cell', type: 'i32' },
    { role: 'from', type: 'i32' },
    { role: 'to', type: 'i32' },
  ] as const
  module.function(
    { name: 'put_view', parameters, result: null, exported: false, idiom: 'put_view' },
    (builder, [cell, from, to]) => {
      if (!cell || !from || !to) return
      const length = builder.let('length', sub(to, from))
      const base = builder.let('base', alignedDown(from))
      const bits = builder.let('bits', bitsWithin(from))
      const second = builder.let('word', wordAt(base, 4))
      const prefix = builder.let('word', spliced(wordAt(base), second, bits))
      builder.store('i32', { address: cell, offset: viewOffsets.length }, length)
      builder.if(
        gt(length, i32(viewInlineBytesMax)),
        () => {
          builder.store('i32', { address: cell, offset: viewOffsets.prefix }, prefix)
          builder.store('i32', { address: cell, offset: viewOffsets.address }, from)
          builder.store('i32', { address: cell, offset: viewOffsets.tail }, i32(0))
        },
        () => {
          const third = builder.let('word', wordAt(base, 8))
          const middle = spliced(second, third, bits)
          const tail = spliced(third, wordAt(base, 12), bits)
          builder.store('i32', { address: cell, offset: viewOffsets.prefix }, and(prefix, leadingBytes(length)))
          builder.store(
            'i32',
            { address: cell, offset: viewOffsets.address },
            and(middle, leadingBytes(sub(length, i32(4)))),
          )
          builder.store(
            'i32',
            { address: cell, offset: viewOffsets.tail },
            and(tail, leadingBytes(sub(length, i32(8)))),
          )
        },
      )
    },
  )
}

/** A mask of the first `count` bytes of a word: all for 4 and more, none for 0 and less. */
function leadingBytes(count: Expression): Expression {
  const some = sub(shl(i32(1), shl(count, i32(3))), i32(1))
  return select(ge(count, i32(4)), i32(-1), select(le(count, i32(0)), i32(0), some))
}

function defineSmallDigits(module: ModuleBuilder, powers: Expression): void {
  const parameters = [
    { role: 'from', type: 'i32' },
    { role: 'to', type: 'i32' },
  ] as const
  module.function(
    { name: 'small_digits', parameters, result: 'i32', exported: false, idiom: 'small_digits' },
    (builder, [from, to]) => {
      if (!from || !to) return
      const length = builder.let('length', sub(to, from))
      builder.if(either(le(length, i32(0)), gt(length, i32(8))), () => builder.return(i32(-1)))
      const base = builder.let('base', alignedDown(from))
      const bits = builder.let('bits', bitsWithin(from))
      const middle = builder.let('word', wordAt(base, 4))
      const low = builder.let('digits', xor(spliced(wordAt(base), middle, bits), everyByte(48)))
      builder.if(le(length, i32(4)), () => {
        const moved = builder.let('digits', shl(low, shl(sub(i32(4), length), i32(3))))
        builder.return(select(isZero(digitStops(moved)), fourDigits(moved), i32(-1)))
      })
      const rest = sub(length, i32(4))
      const high = builder.let('digits', xor(spliced(middle, wordAt(base, 8), bits), everyByte(48)))
      const moved = builder.let('digits', shl(high, shl(sub(i32(8), length), i32(3))))
      builder.if(ne(or(digitStops(low), digitStops(moved)), i32(0)), () => builder.return(i32(-1)))
      builder.return(add(mul(fourDigits(low), powerOfTen(powers, rest)), fourDigits(moved)))
    },
  )
}

/** 10^exponent from the table; exponent from 0 to 6. */
export function powerOfTen(powers: Expression, exponent: Expression): Expression {
  return { kind: 'load', memory: 'i32', address: powers, offset: 0, index: exponent }
}

/**
 * `YYYY-MM-DD` (`T` or space) `HH:MM:SS` with at most six fraction digits and perhaps `Z`, which is what producers send; anything else
 * is left to the library.
 */
function defineInstant(module: ModuleBuilder, frame: DecoderFrame): void {
  const parameters = [
    { role: 'from', type: 'i32' },
    { role: 'to', type: 'i32' },
  ] as const
  module.function(
    { name: 'instant', parameters, result: 'i64', exported: false, idiom: 'instant' },
    (builder, [from, to]) => {
      if (!from || !to) return
      const length = builder.let('length', sub(to, from))
      builder.if(both(ge(length, i32(19)), le(length, i32(27))), () =>
        emitFastInstant(builder, { from, to, powers: frame.powers }),
      )
      builder.push(doCall(call(putView, [frame.textCell, from, to])))
      builder.return(library('text_to_timestamp', [frame.textCell]))
    },
  )
}

interface InstantText {
  readonly from: Expression
  readonly to: Expression
  readonly powers: Expression
}

/** Returns from the function when the text has the usual shape. */
function emitFastInstant(builder: FunctionBuilder, { from, to, powers }: InstantText): void {
  const base = builder.let('base', alignedDown(from))
  const bits = builder.let('bits', bitsWithin(from))
  const words = [0, 4, 8, 12, 16, 20].map((offset) => builder.let('word', wordAt(base, offset)))
  const word = (index: number, zeros: number): Expression =>
    builder.let('part', xor(spliced(words[index] ?? i32(0), words[index + 1] ?? i32(0), bits), i32(zeros)))
  // "2026" "-03-" "31T1" "3:45" ":30.", each without its marks and the zeros of its digits
  const [years, months, days, minutes, seconds] = [
    word(0, 0x30303030),
    word(1, 0x2d30302d),
    word(2, 0x30003030),
    word(3, 0x30303a30),
    word(4, 0x0030303a),
  ]
  const stops = [years, months, and(days, i32(-0xff0001)), minutes, and(seconds, i32(0x00ffffff))]
    .map(digitStops)
    .reduce(or)
  const marks = or(or(and(months, i32(-0xffff01)), and(minutes, i32(0x0000ff00))), and(seconds, i32(0x000000ff)))
  const middle = builder.let('mark', and(binary('shr_u', days, i32(16)), i32(0xff)))
  const middleGood = either(eq(or(middle, i32(32)), i32(116)), eq(middle, i32(32)))
  builder.if(both(isZero(or(stops, marks)), middleGood), () => {
    const digit = (value: Expression, index: number): Expression =>
      and(index === 0 ? value : binary('shr_u', value, i32(index * 8)), i32(15))
    const pair = (tens: Expression, ones: Expression): Expression => builder.let('part', add(mul(tens, i32(10)), ones))
    const year = builder.let('year', fourDigits(years))
    const date = { year, month: pair(digit(months, 1), digit(months, 2)), day: pair(digit(days, 0), digit(days, 1)) }
    const hour = pair(digit(days, 3), digit(minutes, 0))
    const [minute, second] = [pair(digit(minutes, 2), digit(minutes, 3)), pair(digit(seconds, 1), digit(seconds, 2))]
    const clockGood = both(both(lt(hour, i32(24)), lt(minute, i32(60))), lt(second, i32(60)))
    builder.if(both(clockGood, dateGood(builder, date)), () => {
      const fraction = emitFraction(builder, { from, to, powers })
      builder.if(ge(fraction, i32(0)), () => {
        const seconds = add(mul(add(mul(hour, i32(60)), minute), i32(60)), second)
        const ofDay = binary(
          'add',
          binary('mul', unary('i64_from_i32_s', seconds), constI64(1_000_000)),
          unary('i64_from_i32_s', fraction),
        )
        const days = builder.let('days', daysFromCivil(builder, date))
        builder.store('i32', { address: i32(faultAddress) }, i32(0))
        builder.return(binary('add', binary('mul', unary('i64_from_i32_s', days), constI64(86_400_000_000n)), ofDay))
      })
    })
  })
}

/** Microseconds of the fraction behind the seconds; -1 when what follows is anything but a fraction and a `Z`. */
function emitFraction(builder: FunctionBuilder, { from, to, powers }: InstantText): MutableLocal {
  const fraction = builder.mutable('fraction', i32(0))
  const position = builder.mutable('at', add(from, i32(19)))
  builder.if(both(lt(position, to), eq(byteAt(position), i32(46))), () => {
    const start = builder.let('start', add(position, i32(1)))
    const end = builder.let('end', select(lt(add(start, i32(6)), to), add(start, i32(6)), to))
    builder.set(position, start)
    builder.while(lt(position, end), (label) => {
      const value = builder.let('digit', sub(byteAt(position), i32(48)))
      builder.if(binary('gt_u', value, i32(9)), () => builder.break(label))
      builder.set(fraction, add(mul(fraction, i32(10)), value))
      builder.set(position, add(position, i32(1)))
    })
    const count = builder.let('count', sub(position, start))
    builder.set(fraction, select(isZero(count), i32(-1), mul(fraction, powerOfTen(powers, sub(i32(6), count)))))
  })
  builder.if(lt(position, to), () => {
    const isZone = both(eq(or(byteAt(position), i32(32)), i32(122)), eq(add(position, i32(1)), to))
    builder.if(
      isZone,
      () => {},
      () => builder.set(fraction, i32(-1)),
    )
  })
  return fraction
}

interface CivilDate {
  readonly year: Expression
  readonly month: Expression
  readonly day: Expression
}

function dateGood(builder: FunctionBuilder, { year, month, day }: CivilDate): Expression {
  const century = builder.let('century', binary('div_s', year, i32(100)))
  const fourth = isZero(and(year, i32(3)))
  const isCentury = eq(mul(century, i32(100)), year)
  const leap = both(fourth, either(unary('not', isCentury), isZero(and(century, i32(3)))))
  const february = select(leap, i32(29), i32(28))
  // 31 days in odd months up to July and in even ones from August
  const other = add(i32(30), and(add(month, binary('shr_u', month, i32(3))), i32(1)))
  const daysOfMonth = builder.let('days', select(eq(month, i32(2)), february, other))
  const monthGood = both(ge(month, i32(1)), le(month, i32(12)))
  return both(both(monthGood, ge(year, i32(1))), both(ge(day, i32(1)), le(day, daysOfMonth)))
}

/** Days since 1970-01-01; years that start in March, after Hinnant. */
function daysFromCivil(builder: FunctionBuilder, { year, month, day }: CivilDate): Expression {
  const early = builder.let('early', le(month, i32(2)))
  const marchYear = builder.let('year', select(early, sub(year, i32(1)), year))
  const marchMonth = select(early, add(month, i32(9)), sub(month, i32(3)))
  const century = builder.let('century', binary('div_s', marchYear, i32(100)))
  const leaps = add(sub(binary('shr_s', marchYear, i32(2)), century), binary('shr_s', century, i32(2)))
  const ofYear = binary('div_s', add(mul(marchMonth, i32(153)), i32(2)), i32(5))
  return sub(add(add(add(mul(marchYear, i32(365)), leaps), ofYear), day), i32(719_469))
}
