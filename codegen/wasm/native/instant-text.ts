import type { Code } from '../module.ts'
import { digitCount, digitStops, eightDigits, loadDigits } from './digits.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'

/** Positions of the digits of `YYYY-MM-DD HH:MM:SS`: the first 16 bytes, and the bytes from 3 on for the seconds. */
const digitLanes = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 16 + 14, 16 + 15, 0, 1]

/** `-` and `:` among the first 16 bytes. */
const marks = Uint8Array.from({ length: 16 }, (_, index) => (index === 4 || index === 7 ? 45 : index === 13 ? 58 : 0))
const markBits = (1 << 4) | (1 << 7) | (1 << 13)
const lanes = (byte: number): Uint8Array => new Uint8Array(16).fill(byte)

/** (from, to): all digits in one vector; whatever is not the usual shape goes to the general function. */
export const instant: NativeIdiom = {
  define(unit, { internal, general }) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const { code } = b
    const { i32, i64, v128, i8x16, i16x8 } = code
    const [from, to] = b.two()
    const otherwise = (): void => b.return(code.call(general, [from(), to()], unit.types.i64))
    b.if(i32.gt_u(i32.sub(i32.sub(to(), from()), i32.const(19)), i32.const(8)), otherwise)
    const text = b.let('v128', v128.load(0, 1, from()))
    const digits = b.let(
      'v128',
      i8x16.sub(i8x16.shuffle(text(), v128.load(3, 1, from()), digitLanes), v128.const(lanes(48))),
    )
    const found = i32.and(i8x16.bitmask(i8x16.eq(text(), v128.const(marks))), i32.const(markBits))
    const separator = b.let('i32', i32.load8_u(10, 1, from()))
    const isSeparator = i32.or(
      i32.eq(separator(), i32.const(32)),
      i32.eq(i32.or(separator(), i32.const(32)), i32.const(116)),
    )
    const isShape = i32.and(
      i32.eq(found, i32.const(markBits)),
      i32.and(isSeparator, i32.eq(i32.load8_u(16, 1, from()), i32.const(58))),
    )
    b.if(i32.or(i32.eqz(isShape), v128.any_true(i8x16.gt_u(digits(), v128.const(lanes(9))))), otherwise)
    const tens = i16x8.mul(v128.and(digits(), v128.const(evenBytes)), v128.const(tensOfPairs))
    const pairs = b.let('v128', i16x8.add(tens, i16x8.shr_u(digits(), i32.const(8))))
    const part = (index: number): Read => b.let('i32', i16x8.extract_lane_u(pairs(), index))
    const [hour, minute, second] = [part(4), part(5), part(6)]
    const below = (value: Read, limit: number): Code => i32.lt_u(value(), i32.const(limit))
    const isClock = i32.and(i32.and(below(hour, 24), below(minute, 60)), below(second, 60))
    b.if(i32.eqz(isClock), otherwise)
    const midnight = dateOf(b, { internal, from, part, otherwise })
    const micros = fraction(b, { from, to, otherwise })
    const seconds = i32.add(i32.mul(i32.add(i32.mul(hour(), i32.const(60)), minute()), i32.const(60)), second())
    const ofDay = i64.add(i64.mul(i64.extend_u(seconds), i64.const(1_000_000n)), micros)
    const result = b.let('i64', i64.add(midnight, ofDay))
    b.setFault('none')
    b.define(internal, 'i64', result())
  },
}

const evenBytes = Uint8Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 255 : 0))
const tensOfPairs = Uint8Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 10 : 0))

/**
 * Microseconds of the date's midnight, i64. The date that was read last is kept in globals, text and value, because the next row's is
 * mostly the same; no date's text is zeros, as which globals start.
 */
function dateOf(
  b: NativeBuilder,
  text: {
    readonly internal: string
    readonly from: Read
    readonly part: (index: number) => Read
    readonly otherwise: () => void
  },
): Code {
  const { code } = b
  const { i32, i64 } = code
  const { internal, from, part, otherwise } = text
  const [first, last, value] = [
    b.global('i64', `${internal}_date`),
    b.global('i32', `${internal}_day`),
    b.global('i64', `${internal}_midnight`),
  ]
  const [start, rest] = [b.let('i64', i64.load(0, 1, from())), b.let('i32', i32.load16_u(8, 1, from()))]
  b.if(i32.or(i64.ne(first.get(), start()), i32.ne(last.get(), rest())), () => {
    const year = b.let('i32', i32.add(i32.mul(part(0)(), i32.const(100)), part(1)()))
    const [month, day] = [part(2), part(3)]
    b.if(i32.eqz(isDate(b, { year, month, day })), otherwise)
    const days = i64.extend_s(daysFromCivil(b, { year, month, day }))
    value.set(i64.mul(days, i64.const(86_400_000_000n)))
    first.set(start())
    last.set(rest())
  })
  return value.get()
}

interface CivilDate {
  readonly year: Read
  readonly month: Read
  readonly day: Read
}

function isDate(b: NativeBuilder, { year, month, day }: CivilDate): Code {
  const { code } = b
  const { i32 } = code
  const century = b.let('i32', i32.div_u(year(), i32.const(100)))
  const isCentury = i32.eq(i32.mul(century(), i32.const(100)), year())
  const divides4 = (value: Read): Code => i32.eqz(i32.and(value(), i32.const(3)))
  const isLeap = code.select(isCentury, divides4(century), divides4(year))
  const february = i32.add(i32.const(28), isLeap)
  const other = i32.add(i32.const(30), i32.and(i32.add(month(), i32.shr_u(month(), i32.const(3))), i32.const(1)))
  const daysOfMonth = b.let('i32', code.select(i32.eq(month(), i32.const(2)), february, other))
  const isMonth = i32.lt_u(i32.sub(month(), i32.const(1)), i32.const(12))
  const isDay = i32.lt_u(i32.sub(day(), i32.const(1)), daysOfMonth())
  return i32.and(i32.and(isMonth, isDay), i32.ne(year(), i32.const(0)))
}

/** Days since 1970-01-01; years that start in March, after Hinnant. */
function daysFromCivil(b: NativeBuilder, { year, month, day }: CivilDate): Code {
  const { code } = b
  const { i32 } = code
  const isEarly = b.let('i32', i32.le_s(month(), i32.const(2)))
  const marchYear = b.let('i32', i32.sub(year(), isEarly()))
  const marchMonth = i32.add(i32.sub(month(), i32.const(3)), i32.mul(isEarly(), i32.const(12)))
  const century = b.let('i32', i32.div_s(marchYear(), i32.const(100)))
  const leaps = i32.add(i32.sub(i32.shr_s(marchYear(), i32.const(2)), century()), i32.shr_s(century(), i32.const(2)))
  const ofYear = i32.div_s(i32.add(i32.mul(marchMonth, i32.const(153)), i32.const(2)), i32.const(5))
  const years = i32.add(i32.mul(marchYear(), i32.const(365)), leaps)
  return i32.sub(i32.add(i32.add(years, ofYear), day()), i32.const(719_469))
}

/** Microseconds of at most six fraction digits, perhaps a `Z`, and nothing else. i64 */
function fraction(
  b: NativeBuilder,
  { from, to, otherwise }: { readonly from: Read; readonly to: Read; readonly otherwise: () => void },
): Code {
  const { code } = b
  const { i32, i64 } = code
  const micros = b.cell('i64')
  const at = b.cell('i32')
  micros.set(i64.const(0n))
  at.set(i32.add(from(), i32.const(19)))
  const isPoint = i32.and(i32.lt_s(at.get(), to()), i32.eq(i32.load8_u(0, 1, at.get()), i32.const(46)))
  b.if(isPoint, () => {
    const start = b.let('i32', i32.add(at.get(), i32.const(1)))
    const digits = b.let('i64', loadDigits(b, start()))
    const found = b.let('i32', digitCount(code, digitStops(code, digits)))
    const room = b.let('i32', i32.sub(to(), start()))
    const limit = b.let('i32', code.select(i32.lt_s(room(), i32.const(6)), room(), i32.const(6)))
    const count = b.let('i32', code.select(i32.lt_s(found(), limit()), found(), limit()))
    b.if(i32.le_s(count(), i32.const(0)), otherwise)
    const kept = i64.and(
      digits(),
      i64.sub(i64.shl(i64.const(1n), i64.extend_u(i32.shl(count(), i32.const(3)))), i64.const(1n)),
    )
    // two zeros before them and zeros behind: six digits
    micros.set(eightDigits(code, i64.shl(kept, i64.const(16n))))
    at.set(i32.add(start(), count()))
  })
  b.if(i32.lt_s(at.get(), to()), () => {
    const isZone = i32.eq(i32.or(i32.load8_u(0, 1, at.get()), i32.const(32)), i32.const(122))
    b.if(i32.eqz(i32.and(isZone, i32.eq(i32.add(at.get(), i32.const(1)), to()))), otherwise)
  })
  return micros.get()
}
