import { alignDigits, digitStops, eightDigits, loadDigits } from './digits.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { NativeBuilder } from './native-builder.ts'

/** (from, to): at most 8 digits, in one load; `decodePaddingBytes` can be read behind every text. */
export const smallDigits: NativeIdiom = {
  define(unit, { internal }) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const { code } = b
    const { i32, i64 } = code
    const [from, to] = b.two()
    const length = b.let('i32', i32.sub(to(), from()))
    b.if(i32.gt_u(i32.sub(length(), i32.const(1)), i32.const(7)), () => b.return(i32.const(-1)))
    const read = b.let('i64', loadDigits(b, from()))
    const digits = b.let('i64', alignDigits(code, read, length))
    const isNumber = i64.eqz(digitStops(code, digits))
    b.define(internal, 'i32', code.select(isNumber, i32.wrap(eightDigits(code, digits())), i32.const(-1)))
  },
}
