import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'
import { bytesOf, lengthOf } from './strings.ts'

/** Positions that one comparison of vectors looks at. */
const width = 16

/**
 * string_contains(text, part). Sixteen places at a time: where the part's first and last byte stand at their distance, the whole is compared. The last
 * sixteen overlap those before; texts with fewer places go byte by byte.
 */
export const stringContains: NativeFunction = {
  name: 'string_contains',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [text, part] = b.two()
    const { code } = b
    const { i32, i8x16, v128 } = code
    const length = b.let('i32', lengthOf(b, part))
    b.if(i32.eqz(length()), () => b.return(i32.const(1)))
    const rest = b.let('i32', i32.sub(lengthOf(b, text), length()))
    b.if(i32.lt_s(rest(), i32.const(0)), () => b.return(i32.const(0)))
    const start = b.let('i32', bytesOf(b, text))
    const wanted = b.let('i32', bytesOf(b, part))
    const end = b.let('i32', i32.sub(length(), i32.const(1)))
    const first = b.let('i32', i32.load8_u(0, 1, wanted()))
    const at = b.cell('i32')
    at.set(i32.const(0))
    const place = (): Code => i32.add(start(), at.get())
    const returnIfAt = (from: Code): void => {
      const isAt = code.call(unit.native('equal_bytes'), [from, wanted(), length()], unit.types.i32)
      b.if(isAt, () => b.return(i32.const(1)))
    }
    b.if(i32.ge_s(rest(), i32.const(width - 1)), () => {
      const firsts = b.let('v128', i8x16.splat(first()))
      const lasts = b.let('v128', i8x16.splat(i32.load8_u(0, 1, i32.add(wanted(), end()))))
      const final = b.let('i32', i32.sub(rest(), i32.const(width - 1)))
      const mask = b.cell('i32')
      b.loop(() => {
        const stands = (bytes: Read, from: Code): Code => i8x16.eq(bytes(), v128.load(0, 1, from))
        mask.set(i8x16.bitmask(v128.and(stands(firsts, place()), stands(lasts, i32.add(place(), end())))))
        b.loop((leave) => {
          b.if(i32.eqz(mask.get()), leave)
          returnIfAt(i32.add(place(), i32.ctz(mask.get())))
          mask.set(i32.and(mask.get(), i32.sub(mask.get(), i32.const(1))))
        })
        b.if(i32.ge_s(at.get(), final()), () => b.return(i32.const(0)))
        const next = b.let('i32', i32.add(at.get(), i32.const(width)))
        at.set(code.select(i32.lt_s(next(), final()), next(), final()))
      })
    })
    b.loop((leave) => {
      b.if(i32.gt_s(at.get(), rest()), leave)
      b.if(i32.eq(i32.load8_u(0, 1, place()), first()), () => returnIfAt(place()))
      at.set(i32.add(at.get(), i32.const(1)))
    })
    b.define(internal, 'i32', i32.const(0))
  },
}
