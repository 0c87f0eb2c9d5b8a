import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt } from '../../../runtime/abi/decode-token.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import type { RowsShape } from '../../kernel/ir.ts'
import type { UnitScope } from '../unit-scope.ts'
import { type Cell, NativeBuilder, type Read } from './native-builder.ts'
import { abreast, type TakeLanes } from './records-abreast.ts'
import type { RowWalk } from './row-walk.ts'
import { type InstantState, instantState } from './usual-instant.ts'

/** What functions that fill rows of a block have in common: (start, to, learnt, tokens, block, control, rows, clean, ..) -> end. */
export interface RowsFrame extends Omit<RowWalk, 'rare'> {
  readonly start: Read
  readonly to: Read
  readonly table: Read
  readonly tokens: Read
  /** zeros, for NativeBuilder.held */
  readonly zero: Read
  readonly instants: InstantState | null
  /** a parameter behind the eight */
  readonly more: (index: number) => Read
  /** At a record's start: takes records as long as several can be taken at once, and goes on with one that has to be taken alone. */
  readonly takeAbreast: (body: TakeLanes) => void
  /** Behind such a record: its row is there. Leaves at the end of the input or the block. */
  readonly endRecord: () => void
}

/**
 * Adds such a function. `body` takes records from `at` on until it leaves by a miss; the record in which that happens is not taken. It runs only when
 * something was learnt that has all columns.
 */
export function defineRows(
  unit: UnitScope,
  { internal, shape, parameterCount }: { internal: string; shape: RowsShape; parameterCount: number },
  body: (frame: RowsFrame) => void,
): void {
  unit.apart.add(internal)
  const { columns } = shape
  const b = new NativeBuilder(
    unit,
    Array.from({ length: parameterCount }, () => 'i32' as const),
  )
  const { i32, i64, i64x2 } = b.code
  const [start, to] = b.two()
  const [table, tokens, block] = [b.parameter(2), b.parameter(3), b.parameter(4)]
  const [control, rows, clean] = [b.parameter(5), b.parameter(6), b.parameter(7)]
  const [at, record, row]: [Cell, Cell, Cell] = [b.cell('i32'), b.cell('i32'), b.cell('i32')]
  at.set(start())
  record.set(start())
  row.set(rows())
  b.block((leave) => {
    b.if(i32.ne(i32.load(learnt.columnCount, 4, table()), i32.const(columns.length)), leave)
    b.if(i32.eqz(i32.load(learnt.memberCount, 4, table())), leave)
    const zero = b.let('v128', i64x2.splat(i64.extend_s(i32.shr_s(rows(), i32.const(31)))))
    const hasInstants = columns.some(({ value }) => value.kind === 'instant')
    const endRecord = (): void => {
      const starts = i32.add(control(), i32.shl(row.get(), i32.const(2)))
      b.push(i32.store(sourceControl.recordStarts, 4, starts, record.get()))
      row.set(i32.add(row.get(), i32.const(1)))
      record.set(at.get())
      b.if(i32.ge_u(at.get(), to()), leave)
      b.if(i32.ge_s(row.get(), i32.const(blockRowsMax)), leave)
    }
    const walk = { b, unit, at, block, clean, miss: leave }
    const instants = hasInstants ? instantState(b, zero) : null
    const more = (index: number): Read => b.parameter(8 + index)
    const takeAbreast = abreast({ walk, record, row, to, table, control, zero })
    body({
      ...walk,
      row: row.get,
      seldom: 'elsewhere',
      start,
      to,
      table,
      tokens,
      zero,
      instants,
      more,
      takeAbreast,
      endRecord,
    })
  })
  b.push(i32.store(sourceControl.rows, 4, control(), row.get()))
  b.define(internal, 'i32', record.get())
}
