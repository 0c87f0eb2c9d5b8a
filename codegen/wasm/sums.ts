import { openAccess } from './access.ts'
import type { FunctionScope, Temporary } from './function-scope.ts'
import { HeldVectors } from './held-vectors.ts'
import type { Statement } from '../kernel/ir.ts'
import type { Code } from './module.ts'
import { SumMasks, type Turn } from './sum-masks.ts'
import type { SumCell, SummedColumn, SumPlan } from './sum-plan.ts'

/** Vectors of a column that one turn of the loop adds: what a turn costs besides is shared by them. */
const unrolled = 4
const vectorBytes = 16

/** Sums of a column in two lanes: of its values, modulo 2^64, and of their high words, moved so that none is negative. */
interface LaneSums {
  readonly column: SummedColumn
  readonly values: TwoSums
  readonly highs: TwoSums
  /** What makes the values of each lane unsigned. */
  readonly raise: () => Code
}

/** One for even vectors and one for odd ones: an addition takes two cycles, and two chains of them are as fast as what feeds them. */
type TwoSums = readonly [Temporary, Temporary]

interface Held extends Temporary {
  readonly code: Code
}

/** What is emitted once for all rows. */
export interface SumOnce {
  /** Bound of the loop, an i32. */
  readonly end: Temporary
  readonly once: (statement: Statement) => Code
}

/**
 * The whole loop. A vector holds two values of 64 bits or the halves of one of 128. What a lane adds up wraps; but the high words, summed beside it,
 * say within 2^32 per row where the sum is, and so how often it has wrapped. Only the totals are added to the group. A value that is NULL is added as 0.
 */
export function emitSumLoop(scope: FunctionScope, plan: SumPlan, { end, once }: SumOnce): Code {
  const { code } = scope
  const { i32, i64, v128 } = code
  const held = new HeldVectors(scope, end)
  const sums = plan.columns.map((column) => openSums(scope, column, held))
  const rowsAtOnce = plan.columns.some(isPairs) ? 2 : 1
  const masks = new SumMasks(scope, plan, rowsAtOnce)
  const zeroed = [...sums.flatMap(({ values, highs }) => [...values, ...highs]), ...masks.counters].map((sum) =>
    sum.set(v128.const(new Uint8Array(vectorBytes))),
  )
  const loop = { plan, sums, masks, end, rowsAtOnce } as const
  const allRows = (): Code => i64.extend_u(end.get())
  const counted = plan.counts.map(({ offset, valid }) => {
    const field = i64.load(offset, 8, scope.read(plan.group))
    return i64.store(offset, 8, scope.read(plan.group), i64.add(field, masks.count(valid, allRows)))
  })
  const noted = plan.once.map(({ statement, valid }) =>
    valid === null ? once(statement) : code.if(i64.ne(masks.count(valid, allRows), i64.const(0n)), once(statement)),
  )
  const loops = [
    rowLoop(scope, loop, unrolled),
    rowLoop(scope, loop, 1),
    code.if(
      i32.lt_s(scope.read(plan.row), end.get()),
      code.block(null, addVectors(scope, loop, { vectors: 1, part: rowsAtOnce === 2 ? 'last' : 'whole' })),
    ),
  ]
  const totals = sums.flatMap((sum) => sum.column.cells.flatMap((cell) => addTotal(scope, plan, { sum, cell, end })))
  return code.if(
    i32.gt_s(end.get(), i32.const(0)),
    code.block(null, [...held.setup, ...zeroed, ...loops, ...totals, ...counted, ...noted]),
  )
}

/** Rows that hold two values in a vector. */
function isPairs({ load }: SummedColumn): boolean {
  return load.memory !== 'i128'
}

function openSums(scope: FunctionScope, column: SummedColumn, held: HeldVectors): LaneSums {
  const bias = new Uint8Array(vectorBytes)
  for (const lane of [0, 1] as const) if (isPairs(column) || isSignedHalf(column, lane)) bias[8 * lane + 7] = 0x80
  const two = (): TwoSums => [scope.temporary('v128'), scope.temporary('v128')]
  return { column, values: two(), highs: two(), raise: () => held.read(bias) }
}

function isSignedHalf({ cells }: SummedColumn, lane: 0 | 1): boolean {
  return cells.some(({ half, sign }) => sign === 'signed' && (half === 'low') === (lane === 0))
}

interface LoopParts {
  readonly plan: SumPlan
  readonly sums: readonly LaneSums[]
  readonly masks: SumMasks
  readonly end: Temporary
  /** Of a vector that holds most of them. */
  readonly rowsAtOnce: 1 | 2
}

/** Goes on with the row variable where it stands, while rows for so many vectors are left. */
function rowLoop(scope: FunctionScope, loop: LoopParts, vectors: number): Code {
  const { code } = scope
  const { i32 } = code
  const { plan, end, rowsAtOnce } = loop
  const again = scope.label('sums')
  const next = (): Code => i32.add(scope.read(plan.row), i32.const(vectors * rowsAtOnce))
  const hasTurn = (): Code => i32.le_s(next(), end.get())
  const body = addVectors(scope, loop, { vectors, part: 'whole' })
  return code.if(
    hasTurn(),
    code.loop(again, code.block(null, [...body, scope.assign(plan.row, next()), code.br_if(again, hasTurn())])),
  )
}

function addVectors(scope: FunctionScope, { sums, masks, rowsAtOnce }: LoopParts, turn: Turn): readonly Code[] {
  const vectorsOf = ({ column }: LaneSums): number => {
    if (isPairs(column) || turn.part === 'last') return turn.vectors
    return turn.vectors * rowsAtOnce
  }
  return [
    ...masks.open(turn),
    ...sums.flatMap((sum) =>
      Array.from({ length: vectorsOf(sum) }, (_, at) => addVector(scope, sum, { at, part: turn.part, masks })).flat(),
    ),
  ]
}

/** `at`: vectors from the row on. `last`: of 64-bit values only one is left; the other lane is as if there were a 0. */
function addVector(
  scope: FunctionScope,
  { column, values, highs, raise }: LaneSums,
  { at, part, masks }: { readonly at: number; readonly part: Turn['part']; readonly masks: SumMasks },
): readonly Code[] {
  const { i32, v128, i64x2 } = scope.code
  const value = scope.temporary('v128')
  const add = (sums: TwoSums, added: Code): Code => {
    const sum = sums[(at % 2) as 0 | 1]
    return sum.set(i64x2.add(sum.get(), added))
  }
  const loaded = masks.apply(column.valid, loadVector(scope, column, { at, part }), {
    at,
    rows: isPairs(column) ? 2 : 1,
  })
  const raised = v128.xor(value.get(), raise())
  return [value.set(loaded), add(values, value.get()), add(highs, i64x2.shr_u(raised, i32.const(32)))]
}

function loadVector(
  scope: FunctionScope,
  { load }: SummedColumn,
  { at, part }: { readonly at: number; readonly part: Turn['part'] },
): Code {
  const { v128, i64x2 } = scope.code
  const { pointer, offset } = openAccess(scope, load)
  if (load.memory === 'i32') {
    const from = offset + (at * vectorBytes) / 2
    return part === 'last'
      ? i64x2.extend_low_i32x4_s(v128.load32_zero(from, 4, pointer))
      : v128.load32x2_s(from, 4, pointer)
  }
  const from = offset + at * vectorBytes
  return part === 'last' && load.memory === 'i64' ? v128.load64_zero(from, 8, pointer) : v128.load(from, 8, pointer)
}

/** cell += the total of its lanes. A cell is (signed low word, wraps): `value = low + 2^64 * wraps`. */
function addTotal(
  scope: FunctionScope,
  plan: SumPlan,
  { sum, cell, end }: { readonly sum: LaneSums; readonly cell: SumCell; readonly end: Temporary },
): readonly Code[] {
  const { i64 } = scope.code
  const codes: Code[] = []
  const held = (value: Code): Held => {
    const temporary = scope.temporary('i64')
    const one = { ...temporary, code: temporary.set(value) }
    codes.push(one.code)
    return one
  }
  const isLess = (left: Temporary, right: Temporary): Code => i64.extend_u(i64.lt_u(left.get(), right.get()))
  const low = held(laneTotal(scope, sum.values, { sum, cell }))
  const highs = held(laneTotal(scope, sum.highs, { sum, cell }))
  const raisedBy = held(raisedValues(scope, { sum, cell, end }))
  // raised total = total + 2^63 * raisedBy: the first one at or after highs * 2^32 whose low word is this
  const raisedLow = held(i64.add(low.get(), i64.shl(raisedBy.get(), i64.const(63n))))
  const least = held(i64.shl(highs.get(), i64.const(32n)))
  const raisedHigh = i64.add(i64.shr_u(highs.get(), i64.const(32n)), isLess(raisedLow, least))
  const half = held(i64.shl(raisedBy.get(), i64.const(63n)))
  const taken = i64.add(i64.shr_u(raisedBy.get(), i64.const(1n)), isLess(raisedLow, half))
  const high = held(i64.sub(raisedHigh, taken))
  // to the cell as unsigned words with a carry, then back to a signed low word
  const group = (): Code => scope.read(plan.group)
  const before = held(i64.load(cell.offset, 8, group()))
  const after = held(i64.add(before.get(), low.get()))
  const topOf = (word: Temporary): Code => i64.shr_u(word.get(), i64.const(63n))
  const carried = i64.add(i64.sub(isLess(after, before), topOf(before)), topOf(after))
  const wraps = i64.add(i64.load(cell.offset + 8, 8, group()), i64.add(high.get(), carried))
  return [...codes, i64.store(cell.offset, 8, group(), after.get()), i64.store(cell.offset + 8, 8, group(), wraps)]
}

/** How many values 2^63 was added to. */
function raisedValues(
  { code: { i32, i64 } }: FunctionScope,
  { sum, cell, end }: { readonly sum: LaneSums; readonly cell: SumCell; readonly end: Temporary },
): Code {
  if (isPairs(sum.column)) return i64.extend_u(i32.and(i32.add(end.get(), i32.const(1)), i32.const(-2)))
  return cell.sign === 'signed' ? i64.extend_u(end.get()) : i64.const(0n)
}

/** Of two 64-bit values both lanes count, of a 128-bit one the lane of the half. */
function laneTotal(
  { code: { i64, i64x2 } }: FunctionScope,
  [even, odd]: TwoSums,
  { sum, cell }: { readonly sum: LaneSums; readonly cell: SumCell },
): Code {
  const lane = (index: 0 | 1): Code =>
    i64.add(i64x2.extract_lane(even.get(), index), i64x2.extract_lane(odd.get(), index))
  return isPairs(sum.column) ? i64.add(lane(0), lane(1)) : lane(cell.half === 'low' ? 0 : 1)
}
