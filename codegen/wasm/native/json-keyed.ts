import { learnt, learntKey, learntKeyHash, learntKeySlots } from '../../../runtime/abi/decode-token.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { miss, passValue } from './json-values.ts'
import { type Cell, NativeBuilder, type Read } from './native-builder.ts'
import { scanFor, stringStops } from './scan.ts'

/** (start, learnt): keys cut and compared 16 bytes at a time. Leaves the same tokens as the IR's body. */
export const jsonKeyed: NativeIdiom = {
  define(unit, { internal }) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const { i32 } = b.code
    const [start, table] = b.two()
    b.if(i32.ne(i32.load8_u(0, 1, start()), i32.const(123)), () => miss(b))
    const stop = b.cell('i32')
    stop.set(i32.load(learnt.firstStop, 4, table()))
    const at = b.cell('i32')
    at.set(i32.add(start(), i32.const(1)))
    b.loop(() => {
      const entry = passKey(b, at, table)
      b.if(i32.load(0, 4, i32.load(learntKey.guard, 4, entry())), () => miss(b))
      const cell = b.let('i32', i32.load(learntKey.tokenCell, 4, entry()))
      passValue({ b, unit, at: at.get, cell, setAt: at.set, table, stop })
      b.if(
        i32.eq(i32.load8_u(0, 1, at.get()), i32.const(44)),
        () => passSpace(b, at, i32.add(at.get(), i32.const(1))),
        () => returnEnd(b, at.get),
      )
    })
    b.define(internal, 'i32', null)
  },
}

/** Steps over `"key":`; the key's entry. */
function passKey(b: NativeBuilder, at: Cell, table: Read): Read {
  const { code } = b
  const { i32 } = code
  const quote = b.let('i32', at.get())
  const first = b.let('i32', i32.load(0, 1, quote()))
  b.if(i32.ne(i32.and(first(), i32.const(255)), i32.const(34)), () => miss(b))
  const from = b.let('i32', i32.add(quote(), i32.const(1)))
  const end = scanFor(b, from(), (bytes) => stringStops(b, bytes))
  b.if(i32.ne(i32.load16_u(0, 1, end()), i32.const(34 | (58 << 8))), () => miss(b))
  const length = b.let('i32', i32.sub(end(), from()))
  const tail = b.let('i32', i32.sub(end(), i32.const(3)))
  const last = i32.load(0, 1, code.select(i32.gt_s(tail(), quote()), tail(), quote()))
  const mixed = i32.add(
    i32.add(i32.mul(first(), i32.const(learntKeyHash.first)), i32.mul(last, i32.const(learntKeyHash.last))),
    i32.mul(length(), i32.const(learntKeyHash.length)),
  )
  const slot = b.cell('i32')
  const entry = b.cell('i32')
  slot.set(i32.shr_u(mixed, i32.const(learntKeyHash.shift)))
  b.loop((leave) => {
    const offset = i32.mul(slot.get(), i32.const(learntKey.sizeBytes))
    entry.set(i32.add(i32.add(table(), i32.const(learnt.keys)), offset))
    const known = b.let('i32', i32.load(learntKey.length, 4, entry.get()))
    b.if(i32.eqz(known()), () => miss(b))
    b.if(i32.eq(known(), length()), () => b.if(isSame(b, { from, length, entry: entry.get }), leave))
    slot.set(i32.and(i32.add(slot.get(), i32.const(1)), i32.const(learntKeySlots - 1)))
  })
  passSpace(b, at, i32.add(end(), i32.const(2)))
  return entry.get
}

/** The entry's bytes are those at `from`. What stands behind them does not count. i32 */
function isSame(
  b: NativeBuilder,
  { from, length, entry }: { readonly from: Read; readonly length: Read; readonly entry: Read },
): Code {
  const { i32, v128, i8x16 } = b.code
  /** How many of the bytes from `offset` on are the same, 16 for all. */
  const same = (offset: Code, again: Code): Code => {
    const text = v128.load(0, 1, i32.add(from(), offset))
    const expected = v128.load(learntKey.bytes, 1, i32.add(entry(), again))
    return i32.ctz(i32.or(i8x16.bitmask(i8x16.ne(text, expected)), i32.const(1 << 16)))
  }
  const count = b.cell('i32')
  count.set(same(i32.const(0), i32.const(0)))
  b.if(i32.and(i32.gt_u(length(), i32.const(16)), i32.eq(count.get(), i32.const(16))), () =>
    b.loop((leave) => {
      const more = b.let('i32', same(count.get(), count.get()))
      count.set(i32.add(count.get(), more()))
      b.if(i32.or(i32.ge_u(count.get(), length()), i32.lt_u(more(), i32.const(16))), leave)
    }),
  )
  return i32.ge_u(count.get(), length())
}

/** The end of the record behind its last value. */
function returnEnd(b: NativeBuilder, at: Read): void {
  const { i32 } = b.code
  const end = b.let('i32', i32.load(0, 1, at()))
  const isEnd = (bytes: number, mask: number): Code => i32.eq(i32.and(end(), i32.const(mask)), i32.const(bytes))
  b.if(isEnd(125 | (10 << 8), 0xffff), () => b.return(i32.add(at(), i32.const(2))))
  b.if(isEnd(125 | (13 << 8) | (10 << 16), 0xff_ffff), () => b.return(i32.add(at(), i32.const(3))))
  miss(b)
}

function passSpace(b: NativeBuilder, at: Cell, address: Code): void {
  const { i32 } = b.code
  at.set(address)
  at.set(i32.add(at.get(), i32.eq(i32.load8_u(0, 1, at.get()), i32.const(32))))
}
