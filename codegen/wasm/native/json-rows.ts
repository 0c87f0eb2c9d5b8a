import { learnt, learntEntry, learntEntrySizeBytes } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { RowsShape } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import type { Cell, NativeBuilder, Rare, Read } from './native-builder.ts'
import { emitRowValue, type JsonRowWalk, skipValue } from './row-values.ts'
import { declaredFieldsMax, defineRows, type RowsFrame } from './rows-frame.ts'
import { plainStops } from './scan.ts'

/**
 * (start, to, learnt, tokens, block, control, rows, clean): records that are as learnt go from their bytes to the block at once, without tokens. A record that has
 * anything else than plain values ends it: the general ways decide about that.
 *
 * Behind `clean` backslashes and bytes that are not ASCII are no plain values, so nobody has to look at the input before.
 *
 * Members in the order of the declaration are laid out one after the other: no table says what to do next, and processors foresee every
 * jump. A member that needs a call, and those of other orders, are taken in a loop.
 */
export const jsonRows: NativeIdiom = {
  define(unit, { internal, rows }) {
    const shape = must(rows)
    defineRows(unit, { internal, shape, parameterCount: 8 }, (frame) => {
      const { b, table } = frame
      const { i32 } = b.code
      // most records of another order differ here
      const firstWord = i32.load(learnt.entries + learntEntry.words, 4, table())
      b.if(i32.ne(i32.load(0, 1, frame.start()), firstWord), frame.miss)
      const entry = b.cell('i32')
      const stops = plainStops(b, frame.zero)
      const walk = (rare: Rare): JsonRowWalk => ({ ...frame, rare, stops })
      b.loop(() => {
        entry.set(i32.add(table(), i32.const(learnt.entries)))
        b.block((asLearnt) => emitDeclared(frame, { shape, entry, walk, asLearnt }))
        emitAsLearnt(frame, { shape, entry, walk })
        frame.endRecord()
      })
    })
  },
}

interface Records {
  readonly shape: RowsShape
  /** the next member's entry */
  readonly entry: Cell
  readonly walk: (rare: Rare) => JsonRowWalk
}

/** Records as declared, until `asLearnt` has to go on within one. */
function emitDeclared(
  frame: RowsFrame,
  { shape: { columns, fields }, entry, walk, asLearnt }: Records & { readonly asLearnt: () => void },
): void {
  const { b, table, at, miss, endRecord } = frame
  const { i32 } = b.code
  if (fields.length > declaredFieldsMax) return
  b.if(i32.eqz(i32.load(learnt.isDeclared, 4, table())), asLearnt)
  b.loop(() => {
    for (const [index, field] of [...fields, null].entries()) {
      const offset = learnt.entries + index * learntEntrySizeBytes
      const member = b.let('i32', at.get())
      const rare = (): void => {
        at.set(member())
        entry.set(i32.add(table(), i32.const(offset)))
        asLearnt()
      }
      passShortLiteral(b, { at: at.get, table, offset, miss, rare })
      at.set(i32.add(at.get(), i32.load(offset + learntEntry.length, 4, table())))
      if (field === null) continue
      const column = columns[field]
      if (column) emitRowValue(walk(rare), column)
      else skipValue(walk(rare))
    }
    endRecord()
  })
}

/** The rest of a record, from `entry` on. */
function emitAsLearnt({ b, tokens, at, miss }: RowsFrame, { shape: { columns }, entry, walk }: Records): void {
  const { i32 } = b.code
  b.block((end) =>
    b.busyLoop((rare) => {
      passLiteral(b, { at: at.get, entry: entry.get, miss })
      at.set(i32.add(at.get(), i32.load(learntEntry.length, 4, entry.get())))
      const cell = b.let('i32', i32.load(learntEntry.tokenCell, 4, entry.get()))
      entry.set(i32.add(entry.get(), i32.const(learntEntrySizeBytes)))
      const cases = columns.map((column) => () => emitRowValue(walk(rare), column))
      const skip = (): void => skipValue(walk(rare))
      // the literal behind the last value has no cell
      b.switch(i32.shr_u(i32.sub(cell(), tokens()), i32.const(4)), [...cases, skip], end)
    }),
  )
}

/** How many of 16 bytes are the same, 16 for all. i32 */
function sameBytes({ code: { i32, i8x16 } }: NativeBuilder, text: Code, words: Code): Code {
  return i32.ctz(i32.or(i8x16.bitmask(i8x16.ne(text, words)), i32.const(1 << 16)))
}

/** Literals of at most 32 bytes; `rare` takes longer ones. */
function passShortLiteral(
  b: NativeBuilder,
  literal: {
    readonly at: Read
    readonly table: Read
    readonly offset: number
    readonly miss: () => void
    readonly rare: () => void
  },
): void {
  const { i32, v128 } = b.code
  const { at, table, offset, miss, rare } = literal
  const length = (): Code => i32.load(offset + learntEntry.length, 4, table())
  const same = (start: number): Code =>
    sameBytes(b, v128.load(start, 1, at()), v128.load(offset + learntEntry.words + start, 1, table()))
  const count = b.let('i32', same(0))
  b.if(i32.lt_s(count(), length()), () => {
    b.if(i32.lt_s(count(), i32.const(16)), miss)
    b.if(i32.gt_s(length(), i32.const(32)), rare)
    b.if(i32.lt_s(i32.add(same(16), i32.const(16)), length()), miss)
  })
}

/** A difference behind the literal's end does not count. */
function passLiteral(
  b: NativeBuilder,
  { at, entry, miss }: { readonly at: Read; readonly entry: Read; readonly miss: () => void },
): void {
  const { i32, v128 } = b.code
  const length = b.let('i32', i32.load(learntEntry.length, 4, entry()))
  const same = (offset: Read): Code =>
    sameBytes(b, v128.load(0, 1, i32.add(at(), offset())), v128.load(learntEntry.words, 1, i32.add(entry(), offset())))
  const count = b.let(
    'i32',
    same(() => i32.const(0)),
  )
  b.if(i32.lt_s(count(), length()), () => {
    b.if(i32.lt_s(count(), i32.const(16)), miss)
    const offset = b.cell('i32')
    offset.set(i32.const(16))
    b.loop((leave) => {
      const more = b.let('i32', same(offset.get))
      b.if(i32.ge_s(i32.add(offset.get(), more()), length()), leave)
      b.if(i32.lt_s(more(), i32.const(16)), miss)
      offset.set(i32.add(offset.get(), i32.const(16)))
    })
  })
}
