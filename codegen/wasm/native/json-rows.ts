import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt, learntEntry, learntEntrySizeBytes } from '../../../runtime/abi/decode-token.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { NativeBuilder, type Read } from './native-builder.ts'
import { must } from '../../../sql/base/assert.ts'
import { emitRowValue, type JsonRowWalk, skipValue } from './row-values.ts'
import { plainStops } from './scan.ts'
import { instantState } from './usual-instant.ts'

/**
 * (start, to, learnt, tokens, block, control, rows, clean): records that are as learnt go from their bytes to the block at once, without tokens. A record that has
 * anything else than plain values ends it: the general ways decide about that.
 *
 * Nothing before `clean` must be looked at for UTF-8 and backslashes; behind it both end a string, and with it the rows.
 */
export const jsonRows: NativeIdiom = {
  define(unit, { internal, rows: shape }) {
    const { columns, fields } = must(shape)
    unit.apart.add(internal)
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'])
    const { i32, i64, i64x2 } = b.code
    const [start, to] = b.two()
    const [table, tokens, block] = [b.parameter(2), b.parameter(3), b.parameter(4)]
    const [control, rows, clean] = [b.parameter(5), b.parameter(6), b.parameter(7)]
    const [at, record, entry, row] = [b.cell('i32'), b.cell('i32'), b.cell('i32'), b.cell('i32')]
    const first = b.let('i32', i32.add(table(), i32.const(learnt.entries)))
    at.set(start())
    record.set(start())
    row.set(rows())
    b.block((leave) => {
      b.if(i32.ne(i32.load(learnt.columnCount, 4, table()), i32.const(columns.length)), leave)
      const zero = b.let('v128', i64x2.splat(i64.extend_s(i32.shr_s(rows(), i32.const(31)))))
      const hasInstants = columns.some(({ value }) => value.kind === 'instant')
      const stops = plainStops(b, zero)
      const instants = hasInstants ? instantState(b, zero) : null
      const endRecord = (): void => {
        const starts = i32.add(control(), i32.shl(row.get(), i32.const(2)))
        b.push(i32.store(sourceControl.recordStarts, 4, starts, record.get()))
        row.set(i32.add(row.get(), i32.const(1)))
        record.set(at.get())
        b.if(i32.ge_u(at.get(), to()), leave)
        b.if(i32.ge_s(row.get(), i32.const(blockRowsMax)), leave)
      }
      const values = [...columns.map((column) => (walk: JsonRowWalk) => emitRowValue(walk, column)), skipValue]
      const shared = { b, unit, at, row: row.get, block, clean, stops, instants, miss: leave }
      b.loop(() => {
        entry.set(first())
        b.block((asLearnt) => {
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
              passShortLiteral(b, { at: at.get, table, offset, miss: leave, rare })
              at.set(i32.add(at.get(), i32.load(offset + learntEntry.length, 4, table())))
              if (field !== null) must(values[field])({ ...shared, rare })
            }
            endRecord()
          })
        })
        b.block((end) =>
          b.busyLoop((rare) => {
            passLiteral(b, { at: at.get, entry: entry.get, miss: leave })
            at.set(i32.add(at.get(), i32.load(learntEntry.length, 4, entry.get())))
            const cell = b.let('i32', i32.load(learntEntry.tokenCell, 4, entry.get()))
            entry.set(i32.add(entry.get(), i32.const(learntEntrySizeBytes)))
            const cases = values.map((value) => () => value({ ...shared, rare }))
            // the literal behind the last value has no cell
            b.switch(i32.shr_u(i32.sub(cell(), tokens()), i32.const(4)), cases, end)
          }),
        )
        endRecord()
      })
    })
    b.push(i32.store(sourceControl.rows, 4, control(), row.get()))
    b.define(internal, 'i32', record.get())
  },
}

/** More are not laid out one after the other. */
const declaredFieldsMax = 24

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
  const { i32, v128, i8x16 } = b.code
  const { at, table, offset, miss, rare } = literal
  const length = (): Code => i32.load(offset + learntEntry.length, 4, table())
  const same = (start: number): Code => {
    const words = v128.load(offset + learntEntry.words + start, 1, table())
    const differs = i8x16.bitmask(i8x16.ne(v128.load(start, 1, at()), words))
    return i32.ctz(i32.or(differs, i32.const(1 << 16)))
  }
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
  const { i32, v128, i8x16 } = b.code
  const length = b.let('i32', i32.load(learntEntry.length, 4, entry()))
  /** How many of 16 bytes are the same, 16 for all. */
  const same = (text: Code, words: Code): Code => {
    const differs = i8x16.bitmask(i8x16.ne(v128.load(0, 1, text), v128.load(learntEntry.words, 1, words)))
    return i32.ctz(i32.or(differs, i32.const(1 << 16)))
  }
  const count = b.let('i32', same(at(), entry()))
  b.if(i32.lt_s(count(), length()), () => {
    b.if(i32.lt_s(count(), i32.const(16)), miss)
    const offset = b.cell('i32')
    offset.set(i32.const(16))
    b.loop((leave) => {
      const more = b.let('i32', same(i32.add(at(), offset.get()), i32.add(entry(), offset.get())))
      b.if(i32.ge_s(i32.add(offset.get(), more()), length()), leave)
      b.if(i32.lt_s(more(), i32.const(16)), miss)
      offset.set(i32.add(offset.get(), i32.const(16)))
    })
  })
}
