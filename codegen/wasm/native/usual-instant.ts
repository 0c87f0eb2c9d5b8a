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

/** The 16 bytes from the date's last digit on: from this text to it, each on its own. The hour may be beyond 23. */
const lowest = new TextEncoder().encode('0T00:00:00.000Z"')
const highest = new TextEncoder().encode('9T29:59:59.999Z"')
const range = highest.map((byte, index) => byte - (lowest[index] ?? 0))
const textOffset = 9

/** Pairs of digits as shorts: hours, minutes, seconds, and the first two of the fraction. Of `T` nothing is left. */
const clockLanes = [2, 3, 5, 6, 8, 9, 11, 12].flatMap((digit) => [digit, 1])
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

/**
 * The timestamp at `from`, behind its quote, to `put`, as microseconds in an i64; steps over the closing quote. Rare is what is not `YYYY-MM-DDTHH:MM:SS.mmmZ`, or of
 * another date than the one before.
 */
export function emitInstant(
  walk: RowWalk,
  state: InstantState,
  { from, put }: { readonly from: Read; readonly put: (micros: Read) => void },
): void {
  const { b, at, rare } = walk
  const { i32, i64, v128, i8x16, i32x4 } = b.code
  const putUnusual = (): void =>
    rare(() => {
      const end = b.let('i32', b.code.call(walk.unit.native('text_end'), [from()], walk.unit.types.i32))
      b.if(i32.ne(i32.load8_u(0, 1, end()), i32.const(34)), walk.miss)
      at.set(i32.add(end(), i32.const(1)))
      put(generalInstant(walk, from(), end()))
    })
  const digits = b.let('v128', i8x16.sub(v128.load(textOffset, 1, from()), state.lowest()))
  b.if(v128.any_true(i8x16.sub_saturate_u(digits(), state.range())), putUnusual)
  const pairs = i8x16.shuffle(digits(), digits(), clockLanes)
  const clock = b.let('v128', i32x4.dot_i16x8_s(pairs, state.weights()))
  const part = (index: number): Code => i32x4.extract_lane(clock(), index)
  const minutes = b.let('i32', i32.add(part(0), part(1)))
  b.if(i32.ge_u(minutes(), i32.const(dayMinutes)), putUnusual)
  const seconds = i32.add(i32.mul(minutes(), i32.const(60)), part(2))
  const last = i32.sub(i32.load8_u(22, 1, from()), i32.const(48))
  const millis = i32.add(i32.mul(seconds, i32.const(1000)), i32.add(part(3), last))
  const ofDay = b.let('i64', i64.mul(i64.extend_u(millis), i64.const(1000n)))
  const finish = (): void => {
    at.set(i32.add(from(), i32.const(25)))
    put(b.let('i64', i64.add(state.midnight.get(), ofDay())))
  }
  const putOther = (): void =>
    rare(() => {
      const micros = generalInstant(walk, from(), i32.add(from(), i32.const(24)))
      state.midnight.set(i64.sub(micros(), ofDay()))
      state.start.set(i64.load(0, 1, from()))
      state.rest.set(i64.load16_u(8, 1, from()))
      finish()
    })
  b.if(i64.ne(state.start.get(), i64.load(0, 1, from())), putOther)
  b.if(i64.ne(state.rest.get(), i64.load16_u(8, 1, from())), putOther)
  finish()
}

/** The IR's own function; what it refuses is a miss. i64 */
function generalInstant({ b, unit, miss }: RowWalk, from: Code, to: Code): Read {
  const micros = b.let('i64', b.code.call(internalName('instant'), [from, to], unit.types.i64))
  b.if(b.code.i32.load(faultAddress, 4, b.code.i32.const(0)), miss)
  return micros
}
