import { learnt, learntEntry, learntEntrySizeBytes } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { RowsShape } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import type { Cell, NativeBuilder, Rare, Read } from './native-builder.ts'
import { emitRowValue, type JsonRowWalk, skipValue } from './json-row-values.ts'
import { defineRows, type RowsFrame } from './rows-frame.ts'
import { plainStops } from './scan.ts'

/**
 * (start, to, learnt, tokens, block, control, rows, clean): records that are as learnt go from their bytes to the block at once, without tokens. A record that has
 * anything else than plain values ends it: the general ways decide about that.
 *
 * Behind `clean` backslashes and bytes that are not ASCII are no plain values, so nobody has to look at the input before.
 *
 * Several records are taken at once where that works (records-abreast.ts).
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
      // the rest of the input was looked at before
      const isAnyPlain = i32.ge_u(frame.clean(), frame.to())
      const stops = plainStops(b, { zero: frame.zero, isAnyPlain })
      b.loop(() => {
        frame.takeAbreast((lanes) =>
          emitMembers(frame, { shape, entry, walks: () => lanes.map((lane) => ({ ...frame, ...lane, stops })) }),
        )
        emitMembers(frame, { shape, entry, walks: (rare) => [{ ...frame, rare, stops }] })
        frame.endRecord()
      })
    })
  },
}

interface Members {
  readonly shape: RowsShape
  /** the next member's entry */
  readonly entry: Cell
  /** one for each record that is taken */
  readonly walks: (rare: Rare) => readonly JsonRowWalk[]
}

/** One record, or several side by side. */
function emitMembers({ b, table, tokens }: RowsFrame, { shape: { columns }, entry, walks }: Members): void {
  const { i32 } = b.code
  entry.set(i32.add(table(), i32.const(learnt.entries)))
  b.block((end) =>
    b.busyLoop((rare) => {
      const records = walks(rare)
      passLiteral(b, { records, entry: entry.get })
      const cell = b.let('i32', i32.load(learntEntry.tokenCell, 4, entry.get()))
      entry.set(i32.add(entry.get(), i32.const(learntEntrySizeBytes)))
      const cases = columns.map((column) => () => {
        for (const record of records) emitRowValue(record, column)
      })
      const skip = (): void => {
        for (const record of records) skipValue(record)
      }
      // the literal behind the last value has no cell
      b.switch(i32.shr_u(i32.sub(cell(), tokens()), i32.const(4)), [...cases, skip], end)
    }),
  )
}

/** Steps over the literal in all records. A difference behind its end does not count. */
function passLiteral(
  b: NativeBuilder,
  { records, entry }: { readonly records: readonly JsonRowWalk[]; readonly entry: Read },
): void {
  const { i32, i8x16, v128 } = b.code
  const { miss } = must(records[0])
  const length = b.let('i32', i32.load(learntEntry.length, 4, entry()))
  /** how many of 16 bytes are the same in all, 16 for all */
  const same = (offset: Read): Code => {
    const words = b.let('v128', v128.load(learntEntry.words, 1, i32.add(entry(), offset())))
    const alike = records
      .map(({ at }) => i8x16.eq(v128.load(0, 1, i32.add(at.get(), offset())), words()))
      .reduce((left, right) => v128.and(left, right))
    return i32.ctz(i32.xor(i8x16.bitmask(alike), i32.const(-1)))
  }
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
  for (const { at } of records) at.set(i32.add(at.get(), length()))
}
