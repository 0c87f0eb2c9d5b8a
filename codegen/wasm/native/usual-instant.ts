import { faultAddress } from '../../../runtime/abi/library.ts'
import type { Code } from '../module.ts'
import { internalName } from '../unit-scope.ts'
import type { Cell, NativeBuilder, Read } from './native-builder.ts'
import type { RowWalk } from './row-walk.ts'

/** What a function keeps for its timestamps. */
export interface InstantState {
  /** the date that was read last: its first 8 bytes, the other 2, and its midnight; i64 */
  readonly start: Cell
  readonly rest: Cell
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
const bytesAbove = (base: (index: number) => number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, index) => highestText.charCodeAt(index) - base(index))
const lowest = bytesAbove((index) => highestText.charCodeAt(index) - (isFree(index) ? 0 : lowestText.charCodeAt(index)))
const range = bytesAbove((index) =>
  isFree(index) ? highestText.charCodeAt(index) - 255 : lowestText.charCodeAt(index),
)
const separatorOffset = 10
const lastDigitOffset = 22
const zoneOffset = 23

/** Pairs of digits as shorts: hours, minutes, seconds, and the first two of the fraction. Of the colon nothing is left. */
const colon = 4
const clockLanes = [2, 3, 5, 6, 8, 9, 11, 12].flatMap((digit) => [digit, colon])
const weights = new Uint8Array(new Int16Array([600, 60, 10, 1, 10, 1, 100, 10]).buffer)
const dayMinutes = 1440

/** `zero`: as NativeBuilder.held takes it. */
export function instantState(b: NativeBuilder, zero: Read): InstantState {
  return {
    start: b.cell('i64'),
    rest: b.cell('i64'),
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
 * A timestamp; steps over it. Rare is what is not `YYYY-MM-DDTHH:MM:SS.mmm` (or with a space), perhaps with a `Z`, or is of another date than the
 * one before.
 */
export function emitInstant(walk: RowWalk, state: InstantState, text: InstantText): void {
  const { b, at, rare } = walk
  const { i32, i64, v128, i8x16, i32x4 } = b.code
  const { from, put } = text
  const unusual = (): void =>
    rare(() => {
      const end = text.endOf()
      at.set(end())
      put(generalInstant(walk, from(), end()))
    })
  const byteAt = (offset: number): Code => i32.load8_u(offset, 1, from())
  const digits = b.let('v128', i8x16.sub(v128.load(textOffset, 1, from()), state.lowest()))
  b.if(v128.any_true(i8x16.sub_saturate_u(digits(), state.range())), unusual)
  b.if(i32.ne(byteAt(separatorOffset), i32.const(32)), () =>
    b.if(i32.ne(byteAt(separatorOffset), i32.const(84)), unusual),
  )
  const end = (offset: number): void => {
    at.set(i32.add(from(), i32.const(offset)))
    b.if(i32.eqz(text.isEnd(at.get)), unusual)
  }
  b.if(
    i32.eq(byteAt(zoneOffset), i32.const(90)),
    () => end(zoneOffset + 1),
    () => end(zoneOffset),
  )
  const pairs = i8x16.shuffle(digits(), digits(), clockLanes)
  const clock = b.let('v128', i32x4.dot_i16x8_s(pairs, state.weights()))
  const part = (index: number): Code => i32x4.extract_lane(clock(), index)
  const minutes = b.let('i32', i32.add(part(0), part(1)))
  b.if(i32.ge_u(minutes(), i32.const(dayMinutes)), unusual)
  const seconds = i32.add(i32.mul(minutes(), i32.const(60)), part(2))
  const last = i32.sub(byteAt(lastDigitOffset), i32.const(48))
  const millis = i32.add(i32.mul(seconds, i32.const(1000)), i32.add(part(3), last))
  const ofDay = b.let('i64', i64.mul(i64.extend_u(millis), i64.const(1000n)))
  const other = (): void =>
    rare(() => {
      const whole = generalInstant(walk, from(), i32.add(from(), i32.const(zoneOffset)))
      state.midnight.set(i64.sub(whole(), ofDay()))
      state.start.set(i64.load(0, 1, from()))
      state.rest.set(i64.load16_u(8, 1, from()))
      finish()
    })
  const finish = (): void => put(b.let('i64', i64.add(state.midnight.get(), ofDay())))
  b.if(i64.ne(state.start.get(), i64.load(0, 1, from())), other)
  b.if(i64.ne(state.rest.get(), i64.load16_u(8, 1, from())), other)
  finish()
}

/** The IR's own function; what it refuses is a miss. i64 */
function generalInstant({ b, unit, miss }: RowWalk, from: Code, to: Code): Read {
  const micros = b.let('i64', b.code.call(internalName('instant'), [from, to], unit.types.i64))
  b.if(b.code.i32.load(faultAddress, 4, b.code.i32.const(0)), miss)
  return micros
}
