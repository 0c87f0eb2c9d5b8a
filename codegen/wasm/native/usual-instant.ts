import { faultAddress } from '../../../runtime/abi/library.ts'
import type { Code } from '../module.ts'
import { internalName } from '../unit-scope.ts'
import { digitCount, digitStops, eightDigits, loadDigits } from './digits.ts'
import type { Cell, NativeBuilder, Read } from './native-builder.ts'
import type { RowWalk } from './row-walk.ts'

/** What a function keeps for its timestamps. */
export interface InstantState {
  /** the first 16 bytes of the last text that was read, of which the date and what is behind it count; its midnight, an i64 */
  readonly start: Cell
  readonly midnight: Cell
  readonly lowest: Read
  readonly range: Read
  readonly weights: Read
}

/** The 16 bytes from the date's last digit on: from this text to it, each on its own; `?` is anything. The hour may be beyond 23. */
const lowestText = '0?00:00:00.000??'
const highestText = '9?29:59:59.999??'
const textOffset = 9
const isFree = (index: number): boolean => lowestText[index] === '?'
const ofEach = (value: (low: number, high: number) => number): Uint8Array =>
  Uint8Array.from(lowestText, (low, index) =>
    isFree(index) ? 0 : value(low.charCodeAt(0), highestText.charCodeAt(index)),
  )
const lowest = ofEach((low) => low)
/** What makes more than 127 of each byte that is too large when the lowest was taken from it. */
const range = ofEach((low, high) => 127 - (high - low))
const bitsOf = (text: string): number =>
  [...text].reduce((bits, _, index) => bits | (isFree(index) ? 0 : 1 << index), 0)
const checkedBits = bitsOf(lowestText)
const clockBits = bitsOf(lowestText.slice(0, lowestText.indexOf('.')))
/** Bits of the date and the separator. */
const dateBits = (1 << 11) - 1
const separatorOffset = 10
const secondsEndOffset = 19
const millisEndOffset = 23

/** Pairs of digits as shorts: hours, minutes, seconds, and the first two of the fraction. Of the colon nothing is left. */
const colon = 4
const clockLanes = [2, 3, 5, 6, 8, 9, 11, 12].flatMap((digit) => [digit, colon])
const weights = new Uint8Array(new Int16Array([600, 60, 10, 1, 10, 1, 100, 10]).buffer)
const dayMinutes = 1440

/** `zero`: as NativeBuilder.held takes it. */
export function instantState(b: NativeBuilder, zero: Read): InstantState {
  return {
    start: b.cell('v128'),
    midnight: b.cell('i64'),
    lowest: b.held(lowest, zero),
    range: b.held(range, zero),
    weights: b.held(weights, zero),
  }
}

interface InstantText {
  /** where the text starts: `at` as it is */
  readonly from: Read
  /** a text may end here; i1 */
  readonly isEnd: (address: Read) => Code
  /** the address where a text of this format ends that is no usual one */
  readonly endOf: () => Read
  /** takes microseconds, an i64 */
  readonly put: (micros: Read) => void
}

/**
 * A timestamp; steps over it. Rare is what is not `YYYY-MM-DDTHH:MM:SS` (or with a space), perhaps with up to six digits behind a point and a `Z`, or is of another
 * date than the one before. Milliseconds are the fastest.
 */
export function emitInstant(walk: RowWalk, state: InstantState, text: InstantText): void {
  const { b, at, rare } = walk
  const { i32, i64, v128, i8x16, i32x4 } = b.code
  const { from, put } = text
  const takeUnusual = (): void => {
    const end = text.endOf()
    at.set(end())
    put(generalInstant(walk, from(), end()))
  }
  const unusual = (): void => rare(takeUnusual)
  const byteAt = (offset: number): Code => i32.load8_u(offset, 1, from())
  const digits = b.let('v128', i8x16.sub(v128.load(textOffset, 1, from()), state.lowest()))
  const above = b.let('i32', i8x16.bitmask(i8x16.add_saturate_u(digits(), state.range())))
  const pairs = i8x16.shuffle(digits(), digits(), clockLanes)
  const clock = b.let('v128', i32x4.dot_i16x8_s(pairs, state.weights()))
  const part = (index: number): Code => i32x4.extract_lane(clock(), index)
  const minutes = b.let('i32', i32.add(part(0), part(1)))
  b.if(i32.ge_u(minutes(), i32.const(dayMinutes)), unusual)
  const seconds = i32.add(i32.mul(minutes(), i32.const(60)), part(2))
  const fraction = b.cell('i64')
  b.block((done) => {
    b.if(i32.eqz(i32.and(above(), i32.const(checkedBits))), () => {
      passZone(walk, i32.add(from(), i32.const(millisEndOffset)))
      b.if(text.isEnd(at.get), () => {
        const last = i32.sub(byteAt(millisEndOffset - 1), i32.const(48))
        fraction.set(i64.mul(i64.extend_u(i32.add(part(3), last)), i64.const(1000n)))
        done()
      })
    })
    b.if(i32.and(above(), i32.const(clockBits)), unusual)
    anyFraction(walk, { from, fraction, unusual })
    passZone(walk, at.get())
    b.if(i32.eqz(text.isEnd(at.get)), unusual)
  })
  const ofDay = b.let('i64', i64.add(i64.mul(i64.extend_u(seconds), i64.const(1_000_000n)), fraction.get()))
  const other = (): void =>
    rare(() => {
      const separator = b.let('i32', byteAt(separatorOffset))
      b.if(
        i32.or(i32.eq(separator(), i32.const(32)), i32.eq(separator(), i32.const(84))),
        () => {
          const whole = generalInstant(walk, from(), at.get())
          state.midnight.set(i64.sub(whole(), ofDay()))
          state.start.set(v128.load(0, 1, from()))
          finish()
        },
        takeUnusual,
      )
    })
  const finish = (): void => put(b.let('i64', i64.add(state.midnight.get(), ofDay())))
  const same = i8x16.bitmask(i8x16.eq(v128.load(0, 1, from()), state.start.get()))
  b.if(i32.and(i32.xor(same, i32.const(-1)), i32.const(dateBits)), other)
  finish()
}

/** Steps to `address`, and over a `Z` there. */
function passZone({ b, at }: RowWalk, address: Code): void {
  const { i32 } = b.code
  at.set(address)
  b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(90)), () => at.set(i32.add(at.get(), i32.const(1))))
}

/** No fraction, or up to six digits of it, as microseconds; steps behind it. */
function anyFraction(
  { b, at }: RowWalk,
  { from, fraction, unusual }: { readonly from: Read; readonly fraction: Cell; readonly unusual: () => void },
): void {
  const { code } = b
  const { i32, i64 } = code
  at.set(i32.add(from(), i32.const(secondsEndOffset)))
  fraction.set(i64.const(0n))
  b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(46)), () => {
    const start = b.let('i32', i32.add(at.get(), i32.const(1)))
    const digits = b.let('i64', loadDigits(b, start()))
    const count = b.let('i32', digitCount(code, digitStops(code, digits)))
    b.if(i32.ge_u(i32.sub(count(), i32.const(1)), i32.const(6)), unusual)
    const bits = i64.extend_u(i32.shl(count(), i32.const(3)))
    const kept = i64.and(digits(), i64.sub(i64.shl(i64.const(1n), bits), i64.const(1n)))
    // two zeros before them and zeros behind: six digits
    fraction.set(eightDigits(code, i64.shl(kept, i64.const(16n))))
    at.set(i32.add(start(), count()))
  })
}

/** The IR's own function; what it refuses is a miss. i64 */
function generalInstant({ b, unit, miss }: RowWalk, from: Code, to: Code): Read {
  const micros = b.let('i64', b.code.call(internalName('instant'), [from, to], unit.types.i64))
  b.if(b.code.i32.load(faultAddress, 4, b.code.i32.const(0)), miss)
  return micros
}
