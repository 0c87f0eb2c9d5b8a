import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { NativeBuilder } from './native-builder.ts'
import { fieldStops, scanFor } from './scan.ts'

/** (start, learnt, delimiter, nullText, nullLength): fields cut 16 bytes at a time. */
export const csvFields: NativeIdiom = {
  define(unit, { internal }) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32', 'i32', 'i32'])
    const { code } = b
    const { i32, i8x16 } = code
    const [start, table] = b.two()
    const [delimiter, nullText, nullLength] = [b.parameter(2), b.parameter(3), b.parameter(4)]
    const delimiters = b.let('v128', i8x16.splat(delimiter()))
    const cells = b.cell('i32')
    cells.set(i32.add(table(), i32.const(learnt.entries)))
    const last = b.let('i32', i32.add(cells.get(), i32.shl(i32.load(learnt.memberCount, 4, table()), i32.const(2))))
    const at = b.cell('i32')
    at.set(start())
    b.loop((leave) => {
      b.if(i32.ge_u(cells.get(), last()), leave)
      const end = scanFor(b, at.get(), (bytes) => fieldStops(b, bytes, delimiters))
      const cell = b.let('i32', i32.load(0, 4, cells.get()))
      const isNull = b.cell('i32')
      isNull.set(i32.eq(i32.sub(end(), at.get()), nullLength()))
      b.if(i32.and(isNull.get(), i32.ne(nullLength(), i32.const(0))), () =>
        isNull.set(code.call(unit.native('equal_bytes'), [at.get(), nullText(), nullLength()], unit.types.i32)),
      )
      b.push(
        i32.store(
          token.kind,
          4,
          cell(),
          code.select(isNull.get(), i32.const(tokenKind.null), i32.const(tokenKind.text)),
        ),
      )
      b.push(i32.store(token.from, 4, cell(), at.get()))
      b.push(i32.store(token.to, 4, cell(), end()))
      cells.set(i32.add(cells.get(), i32.const(4)))
      const stop = b.let('i32', i32.load8_u(0, 1, end()))
      b.if(
        i32.eq(stop(), delimiter()),
        () => at.set(i32.add(end(), i32.const(1))),
        () => {
          const isReturn = b.let(
            'i32',
            i32.and(i32.eq(stop(), i32.const(13)), i32.eq(i32.load8_u(1, 1, end()), i32.const(10))),
          )
          const isEnd = i32.or(isReturn(), i32.eq(stop(), i32.const(10)))
          const isWhole = i32.and(i32.eq(cells.get(), last()), i32.ne(end(), start()))
          b.if(i32.and(isEnd, isWhole), () => b.return(i32.add(i32.add(end(), i32.const(1)), isReturn())))
          leave()
        },
      )
    })
    b.define(internal, 'i32', i32.const(0))
  },
}
