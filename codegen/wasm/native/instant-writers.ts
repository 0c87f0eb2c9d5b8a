import { keptInstant } from '../../../runtime/abi/encode.ts'
import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { NativeBuilder, type Read } from './native-builder.ts'
import { asText, digitsOf } from './text-digits.ts'

/** Dates and times as ISO 8601 text, as runtime/format/instant-text.ts has them; years from 1 to 9999. */

const dayMicros = 86_400_000_000n
/** From 0000-03-01, from where years have their leap day at the end, to 1970-01-01. */
const daysBefore1970 = 719_468
/** Days from 0000-03-01: those of 0001-01-01 and of 9999-12-31. */
const [firstDay, lastDay] = [306, 3_652_364]
const dashColonT = new TextEncoder().encode('-:T')

/** Digits `yyyymmdd` of days since 0000-03-01; i64. After Howard Hinnant. */
function dateDigits(b: NativeBuilder, days: Read): Read {
  const { code } = b
  const { i32 } = code
  const n = (value: number): Code => i32.const(value)
  const era = b.let('i32', i32.div_u(days(), n(146_097)))
  const ofEra = b.let('i32', i32.sub(days(), i32.mul(era(), n(146_097))))
  const leaps = i32.sub(
    i32.add(i32.sub(ofEra(), i32.div_u(ofEra(), n(1460))), i32.div_u(ofEra(), n(36_524))),
    i32.div_u(ofEra(), n(146_096)),
  )
  const yearOfEra = b.let('i32', i32.div_u(leaps, n(365)))
  const before = i32.sub(
    i32.add(i32.mul(yearOfEra(), n(365)), i32.div_u(yearOfEra(), n(4))),
    i32.div_u(yearOfEra(), n(100)),
  )
  const ofYear = b.let('i32', i32.sub(ofEra(), before))
  const fromMarch = b.let('i32', i32.div_u(i32.add(i32.mul(ofYear(), n(5)), n(2)), n(153)))
  const day = i32.add(i32.sub(ofYear(), i32.div_u(i32.add(i32.mul(fromMarch(), n(153)), n(2)), n(5))), n(1))
  const isEarly = b.let('i32', i32.ge_u(fromMarch(), n(10)))
  const month = i32.sub(i32.add(fromMarch(), n(3)), i32.mul(isEarly(), n(12)))
  const year = i32.add(i32.add(yearOfEra(), i32.mul(era(), n(400))), isEarly())
  return digitsOf(b, i32.add(i32.add(i32.mul(year, n(10_000)), i32.mul(month, n(100))), day))
}

/** Digits `00hhmmss` of a second of the day; i64. */
function clockDigits(b: NativeBuilder, seconds: Read): Read {
  const { i32 } = b.code
  const n = (value: number): Code => i32.const(value)
  const hours = b.let('i32', i32.div_u(seconds(), n(3600)))
  const rest = b.let('i32', i32.sub(seconds(), i32.mul(hours(), n(3600))))
  const minutes = b.let('i32', i32.div_u(rest(), n(60)))
  const ofMinute = i32.sub(rest(), i32.mul(minutes(), n(60)))
  return digitsOf(b, i32.add(i32.add(i32.mul(hours(), n(10_000)), i32.mul(minutes(), n(100))), ofMinute))
}

/** Writes as much of `.ffffff` as is not zeros, nothing when all is; the address behind it. `micros`: an i32 below a million. */
function putFraction(b: NativeBuilder, at: Read, micros: Read): Read {
  const { i32, i64 } = b.code
  const end = b.cell('i32')
  end.set(at())
  b.if(micros(), () => {
    const digits = b.let('i64', i64.shr_u(digitsOf(b, micros())(), i64.const(16n)))
    b.push(i32.store8(0, 1, at(), i32.const(46)))
    b.push(i64.store(1, 1, at(), asText(b.code, digits())))
    // of the six digits in the low bytes; the two above them are no digits
    const missing = i32.wrap(i64.shr_u(i64.clz(i64.shl(digits(), i64.const(16n))), i64.const(3n)))
    end.set(i32.sub(i32.add(at(), i32.const(7)), missing))
  })
  return end.get
}

/** Digits and microseconds of the second of a time of the day, an i64. */
function clockOf(b: NativeBuilder, micros: Read): { readonly clock: Read; readonly fraction: Read } {
  const { i32, i64 } = b.code
  const seconds = b.let('i64', i64.div_u(micros(), i64.const(1_000_000n)))
  const fraction = b.let('i32', i32.wrap(i64.sub(micros(), i64.mul(seconds(), i64.const(1_000_000n)))))
  return { clock: clockDigits(b, b.let('i32', i32.wrap(seconds()))), fraction }
}

/** Lanes of 8 digits of a date, 8 of a clock, and of the marks between them. */
const [dash, colon, t] = [16, 17, 18]
const datePlaces = [0, 1, 2, 3, dash, 4, 5, dash, 6, 7]
const timePlaces = [10, 11, colon, 12, 13, colon, 14, 15]
const instantPlaces = [...datePlaces, t, 10, 11, colon, 12, 13]

/** Writes 16 bytes: digits and marks in these places, and what does not count. */
function putMarked(
  b: NativeBuilder,
  at: Code,
  {
    date,
    clock,
    places,
  }: { readonly date: Read | null; readonly clock: Read | null; readonly places: readonly number[] },
): void {
  const { v128, i8x16, i64x2, i64 } = b.code
  const part = (digits: Read | null): Code => (digits === null ? i64.const(0n) : asText(b.code, digits()))
  const digits = i64x2.replace_lane(i64x2.splat(part(date)), 1, part(clock))
  const marks = Uint8Array.from({ length: 16 }, (_, index) => dashColonT[index] ?? 0)
  const lanes = Array.from({ length: 16 }, (_, index) => places[index] ?? 0)
  b.push(v128.store(0, 1, at, i8x16.shuffle(digits, v128.const(marks), lanes)))
}

/** put_instant(out, micros): `YYYY-MM-DDTHH:MM:SS[.f]` of microseconds since 0000-03-01, an i64; the address behind it. */
const putInstant: NativeFunction = {
  name: 'put_instant',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i64'])
    const [out, micros] = b.two()
    const { i32, i64 } = b.code
    const days = b.let('i64', i64.div_u(micros(), i64.const(dayMicros)))
    const ofDay = b.let('i64', i64.sub(micros(), i64.mul(days(), i64.const(dayMicros))))
    const date = dateDigits(b, b.let('i32', i32.wrap(days())))
    const { clock, fraction } = clockOf(b, ofDay)
    putMarked(b, out(), { date, clock, places: instantPlaces })
    // `:ss`, and a byte that does not count
    const last = i32.wrap(i64.shr_u(asText(b.code, clock()), i64.const(48n)))
    b.push(i32.store(16, 1, out(), i32.or(i32.shl(last, i32.const(8)), i32.const(58))))
    const at = b.let('i32', i32.add(out(), i32.const(19)))
    b.define(internal, 'i32', putFraction(b, at, fraction)())
  },
}

/** write_timestamp(out, cell, kept) */
const writeTimestamp: NativeFunction = {
  name: 'write_timestamp',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [out, cell] = b.two()
    const kept = b.parameter(2)
    const { code } = b
    const { i32, i64, v128 } = code
    const micros = b.let('i64', i64.load(0, 8, cell()))
    const length = (): Code => i32.load(keptInstant.length, 4, kept())
    const isOther = i64.ne(micros(), i64.load(keptInstant.micros, 8, kept()))
    b.if(i32.or(isOther, i32.eqz(length())), () => {
      const since = b.let('i64', i64.add(micros(), i64.const(BigInt(daysBefore1970) * dayMicros)))
      const first = BigInt(firstDay) * dayMicros
      const outside = i64.ge_u(i64.sub(since(), i64.const(first)), i64.const(BigInt(lastDay + 1) * dayMicros - first))
      const imported = (): Code =>
        code.call(unit.importLibrary('write_timestamp'), [out(), cell(), kept()], unit.types.i32)
      b.if(outside, () => b.return(imported()))
      const text = b.let('i32', i32.add(kept(), i32.const(keptInstant.text)))
      const end = code.call(unit.native('put_instant'), [text(), since()], unit.types.i32)
      b.push(i32.store(keptInstant.length, 4, kept(), i32.sub(end, text())))
      b.push(i64.store(keptInstant.micros, 8, kept(), micros()))
    })
    b.push(v128.store(0, 1, out(), v128.load(keptInstant.text, 16, kept())))
    b.push(v128.store(16, 1, out(), v128.load(keptInstant.text + 16, 16, kept())))
    b.define(internal, 'i32', i32.add(out(), length()))
  },
}

/** write_date(out, cell) */
const writeDate: NativeFunction = {
  name: 'write_date',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [out, cell] = b.two()
    const { code } = b
    const { i32 } = code
    const days = b.let('i32', i32.add(i32.load(0, 4, cell()), i32.const(daysBefore1970)))
    const outside = i32.gt_u(i32.sub(days(), i32.const(firstDay)), i32.const(lastDay - firstDay))
    b.if(outside, () => b.return(code.call(unit.importLibrary('write_date'), [out(), cell()], unit.types.i32)))
    putMarked(b, out(), { date: dateDigits(b, days), clock: null, places: datePlaces })
    b.define(internal, 'i32', i32.add(out(), i32.const(10)))
  },
}

/** write_time(out, cell) */
const writeTime: NativeFunction = {
  name: 'write_time',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [out, cell] = b.two()
    const { code } = b
    const { i32, i64 } = code
    const micros = b.let('i64', i64.load(0, 8, cell()))
    b.if(i64.ge_u(micros(), i64.const(dayMicros)), () =>
      b.return(code.call(unit.importLibrary('write_time'), [out(), cell()], unit.types.i32)),
    )
    const { clock, fraction } = clockOf(b, micros)
    putMarked(b, out(), { date: null, clock, places: timePlaces })
    b.define(internal, 'i32', putFraction(b, b.let('i32', i32.add(out(), i32.const(8))), fraction)())
  },
}

export const instantWriters: readonly NativeFunction[] = [putInstant, writeTimestamp, writeDate, writeTime]
