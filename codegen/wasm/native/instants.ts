import { microsPerDay, timestampMax, timestampMin } from '../../../runtime/abi/time-unit.ts'
import { NativeBuilder } from './native-builder.ts'
import type { NativeFunction } from '../unit-scope.ts'

/** More days than the calendar has. */
const daysMax = 2 ** 22

/** Intervals (i32 months, i32 days, i64 micros) without months, on instants of the calendar; the rest is the library's. */
function shift(name: 'timestamp_add' | 'timestamp_subtract'): NativeFunction {
  return {
    name,
    define(unit, internal) {
      const b = new NativeBuilder(unit, ['i64', 'i32'])
      const [micros, interval] = b.two()
      const { code } = b
      const { i32, i64 } = code
      const imported = (): void => b.return(code.call(unit.importLibrary(name), [micros(), interval()], unit.types.i64))
      const rest = b.let('i64', i64.load(8, 8, interval()))
      // beyond these the sum could wrap
      const isFar = (value: () => number): number =>
        i64.gt_u(i64.add(value(), i64.const(2n ** 60n)), i64.const(2n ** 61n))
      const days = b.let('i32', i32.load(4, 4, interval()))
      const isLong = i32.gt_u(i32.add(days(), i32.const(daysMax)), i32.const(2 * daysMax))
      const step = b.let('i64', i64.add(i64.mul(i64.extend_s(days()), i64.const(microsPerDay)), rest()))
      const isRare = i32.or(i32.or(i32.load(0, 4, interval()), isLong), i32.or(isFar(rest), isFar(micros)))
      b.if(isRare, imported)
      const result = b.let('i64', name === 'timestamp_add' ? i64.add(micros(), step()) : i64.sub(micros(), step()))
      const outside = i64.gt_u(i64.sub(result(), i64.const(timestampMin)), i64.const(timestampMax - timestampMin))
      b.if(outside, () => {
        b.setFault('datetime_overflow')
        b.return(i64.const(0n))
      })
      b.setFault('none')
      b.define(internal, 'i64', result())
    },
  }
}

export const instantFunctions: readonly NativeFunction[] = [shift('timestamp_add'), shift('timestamp_subtract')]
