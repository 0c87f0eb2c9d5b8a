import { learnt, learntEntry, learntEntrySizeBytes } from '../../../runtime/abi/decode-token.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { miss, passValue } from './json-values.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'

/**
 * (start, learnt): literals and strings 16 bytes at a time, numbers 8 digits at a time. Leaves the same tokens as the IR's body.
 */
export const jsonMembers: NativeIdiom = {
  define(unit, { internal }) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const { code } = b
    const { i32 } = code
    const [start, table] = b.two()
    const at = b.cell('i32')
    const entry = b.cell('i32')
    const stop = b.cell('i32')
    stop.set(i32.load(learnt.firstStop, 4, table()))
    at.set(start())
    entry.set(i32.add(table(), i32.const(learnt.entries)))
    const last = b.let(
      'i32',
      i32.add(entry.get(), i32.mul(i32.load(learnt.memberCount, 4, table()), i32.const(learntEntrySizeBytes))),
    )
    b.loop(() => {
      passLiteral(b, at.get, entry.get)
      at.set(i32.add(at.get(), i32.load(learntEntry.length, 4, entry.get())))
      b.if(i32.eq(entry.get(), last()), () => b.return(at.get()))
      const cell = b.let('i32', i32.load(learntEntry.tokenCell, 4, entry.get()))
      passValue({ b, unit, at: at.get, cell, setAt: at.set, table, stop })
      entry.set(i32.add(entry.get(), i32.const(learntEntrySizeBytes)))
    })
    b.define(internal, 'i32', null)
  },
}

/** Returns 0 when the text is not the entry's literal. A difference behind the literal's end does not count. */
function passLiteral(b: NativeBuilder, at: Read, entry: Read): void {
  const { i32, v128, i8x16 } = b.code
  const length = b.let('i32', i32.load(learntEntry.length, 4, entry()))
  /** How many of 16 bytes are the same, 16 for all. */
  const same = (text: Code, words: Code): Code => {
    const differs = i8x16.bitmask(i8x16.ne(v128.load(0, 1, text), v128.load(learntEntry.words, 1, words)))
    return i32.ctz(i32.or(differs, i32.const(1 << 16)))
  }
  const count = b.let('i32', same(at(), entry()))
  b.if(i32.lt_s(count(), length()), () => {
    b.if(i32.lt_s(count(), i32.const(16)), () => miss(b))
    const offset = b.cell('i32')
    offset.set(i32.const(16))
    b.loop((leave) => {
      const more = b.let('i32', same(i32.add(at(), offset.get()), i32.add(entry(), offset.get())))
      b.if(i32.ge_s(i32.add(offset.get(), more()), length()), leave)
      b.if(i32.lt_s(more(), i32.const(16)), () => miss(b))
      offset.set(i32.add(offset.get(), i32.const(16)))
    })
  })
}
