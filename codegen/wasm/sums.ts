import { openAccess } from './access.ts'
import type { FunctionScope, Temporary } from './function-scope.ts'
import type { Code } from './module.ts'
import type { SumCell, SummedColumn, SumPlan } from './sum-plan.ts'

/** Sums of the words of a column, in two lanes: low words, high words, and how many values have their top bit. */
interface LaneSums {
  readonly column: SummedColumn
  readonly low: Temporary
  readonly high: Temporary
  readonly top: Temporary
}

/**
 * The whole loop: 32-bit words are summed in 64-bit lanes, where no block can overflow them, and only the totals are added to the
 * group. `x = low word + 2^32 * high word - 2^64 * top bit`. A vector holds two values of 64 bits or the halves of one of 128.
 */
export function emitSumLoop(
  scope: FunctionScope,
  plan: SumPlan,
  { end, once }: { readonly end: Temporary; readonly once: Code },
): Code {
  const { code } = scope
  const { i32, i64, v128 } = code
  const sums = plan.columns.map((column) => openSums(scope, column))
  const row = (): Code => scope.read(plan.row)
  const isPairs = (sum: LaneSums): boolean => sum.column.load.memory === 'i64'
  const step = sums.some(isPairs) ? 2 : 1
  const zeroed = sums.flatMap(({ low, high, top }) => [low, high, top].map((each) => each.set(zeros(scope))))
  const body = sums.flatMap((sum) =>
    isPairs(sum) || step === 1
      ? addRow(scope, sum, { offset: 0, width: 16 })
      : [...addRow(scope, sum, { offset: 0, width: 16 }), ...addRow(scope, sum, { offset: 16, width: 16 })],
  )
  const last = sums.flatMap((sum) => addRow(scope, sum, { offset: 0, width: isPairs(sum) ? 8 : 16 }))
  const again = scope.label('sums')
  const leave = scope.label('summed')
  const hasStep = (): Code => i32.le_s(i32.add(row(), i32.const(step)), end.get())
  const advance = scope.assign(plan.row, i32.add(row(), i32.const(step)))
  const counted = plan.counts.map((offset) => {
    const field = i64.load(offset, 8, scope.read(plan.group.variable))
    return i64.store(offset, 8, scope.read(plan.group.variable), i64.add(field, i64.extend_u(end.get())))
  })
  return code.if(
    i32.gt_s(end.get(), i32.const(0)),
    code.block(null, [
      once,
      ...zeroed,
      code.block(leave, [
        code.br_if(leave, i32.eqz(hasStep())),
        code.loop(again, code.block(null, [...body, advance, code.br_if(again, hasStep())])),
      ]),
      code.if(i32.lt_s(row(), end.get()), code.block(null, last)),
      ...sums.flatMap((sum) => sum.column.cells.flatMap((cell) => addTotal(scope, plan, { sum, cell }))),
      ...counted,
    ]),
  )

  function zeros({ code: { v128: vector } }: FunctionScope): Code {
    return vector.const(new Uint8Array(16))
  }

  function addRow(
    { code: { i64x2 } }: FunctionScope,
    { column, low, high, top }: LaneSums,
    { offset: more, width }: { readonly offset: number; readonly width: 8 | 16 },
  ): readonly Code[] {
    const value = scope.temporary('v128')
    const { pointer, offset } = openAccess(scope, column.load)
    const loaded = width === 16 ? v128.load(offset + more, 8, pointer) : v128.load64_zero(offset + more, 8, pointer)
    const add = (sum: Temporary, part: Code): Code => sum.set(i64x2.add(sum.get(), part))
    const isSigned = column.cells.some(({ sign }) => sign === 'signed')
    return [
      value.set(loaded),
      add(low, v128.and(value.get(), i64x2.splat(i64.const(0xffff_ffffn)))),
      add(high, i64x2.shr_u(value.get(), i32.const(32))),
      ...(isSigned ? [add(top, i64x2.shr_u(value.get(), i32.const(63)))] : []),
    ]
  }
}

function openSums(scope: FunctionScope, column: SummedColumn): LaneSums {
  return { column, low: scope.temporary('v128'), high: scope.temporary('v128'), top: scope.temporary('v128') }
}

/** cell += the total of its lanes. A cell is (signed low word, wraps): `value = low + 2^64 * wraps`. */
function addTotal(
  scope: FunctionScope,
  plan: SumPlan,
  { sum, cell }: { readonly sum: LaneSums; readonly cell: SumCell },
): readonly Code[] {
  const { code } = scope
  const { i64 } = code
  const held = (value: Code): Temporary & { readonly code: Code } => {
    const temporary = scope.temporary('i64')
    return { ...temporary, code: temporary.set(value) }
  }
  const lowWords = held(laneTotal(scope, sum, { of: sum.low, cell }))
  const highWords = held(laneTotal(scope, sum, { of: sum.high, cell }))
  const shifted = held(i64.shl(highWords.get(), i64.const(32n)))
  const low = held(i64.add(lowWords.get(), shifted.get()))
  const carry = i64.extend_u(i64.lt_u(low.get(), shifted.get()))
  const unsigned = i64.add(i64.shr_u(highWords.get(), i64.const(32n)), carry)
  const high = held(cell.sign === 'signed' ? i64.sub(unsigned, laneTotal(scope, sum, { of: sum.top, cell })) : unsigned)
  const group = (): Code => scope.read(plan.group.variable)
  const before = held(i64.load(cell.offset, 8, group()))
  const after = held(i64.add(before.get(), low.get()))
  const topOf = (word: Temporary): Code => i64.shr_u(word.get(), i64.const(63n))
  // as unsigned words with a carry, then back to a signed low word
  const carried = i64.sub(i64.extend_u(i64.lt_u(after.get(), before.get())), topOf(before))
  const wraps = i64.add(i64.load(cell.offset + 8, 8, group()), i64.add(i64.add(high.get(), carried), topOf(after)))
  return [
    ...[lowWords, highWords, shifted, low, high, before, after].map((each) => each.code),
    i64.store(cell.offset, 8, group(), after.get()),
    i64.store(cell.offset + 8, 8, group(), wraps),
  ]
}

/** Of two 64-bit values both lanes count, of a 128-bit one the lane of the half. */
function laneTotal(
  { code }: FunctionScope,
  { column }: LaneSums,
  { of, cell }: { readonly of: Temporary; readonly cell: SumCell },
): Code {
  const { i64, i64x2 } = code
  if (column.load.memory === 'i64') return i64.add(i64x2.extract_lane(of.get(), 0), i64x2.extract_lane(of.get(), 1))
  return i64x2.extract_lane(of.get(), cell.half === 'low' ? 0 : 1)
}
