import type { Step } from '../../../compiler/pipelines/pipeline.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import { slotRowMask, slotTagMask } from '../../../runtime/abi/state.ts'
import { must } from '../../../sql/base/assert.ts'
import { binary, constI32, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import { hashKeys, makeKey, type KeyField } from './key.ts'
import { directColumn, inputColumn, openRow, type PipelineSource } from './pipeline-input.ts'
import type { TableInUse } from './probe.ts'

/** From so many slots on, index and rows no longer fit into the second cache level. */
const farSlots = 1 << 15
const cacheLineBytes = 64
/** Beyond these lines of a row, its update finds its own way. */
const linesMax = 4

/** The part of a group kernel that tells where a row's group will be. */
export interface GroupPlaces {
  readonly source: PipelineSource
  readonly steps: readonly Step[]
  readonly keys: readonly { readonly expression: SqlExpression; readonly field: KeyField }[]
  readonly rowSizeBytes: number
}

/**
 * Where the table is large, each row of a block waits twice for memory: for its slot, then for its group. The loop that updates groups cannot
 * overlap these waits, because it branches on what comes. So before it, loops over the whole block read the slots of all rows, then the
 * groups that they name; these loads do not depend on each other, so that many are under way at once. What they bring stays in
 * the cache for the update. They decide nothing: a wrong guess (equal tags, another pane, a row that a filter drops) costs time only.
 *
 * Four short loops, not two: a machine looks some hundreds of instructions ahead, and the fewer of them are between two loads, the more loads it has under way.
 *
 * Only for keys that are columns of the input, which are read without anything that could fail.
 */
export function fetchAhead(builder: FunctionBuilder, kernel: GroupPlaces, where: BlockAndTable): void {
  const { source, keys } = kernel
  const columns = keys.map(({ expression }) => inputColumn(kernel.steps, expression))
  const isPlain = columns.every((column) => column !== null && !source.failures.has(column))
  if (!isPlain || keys.length === 0) return
  const perRow = builder.module.scratch(4 * blockRowsMax)
  builder.if(binary('ge_u', where.table.mask, constI32(farSlots - 1)), () => {
    const seen = builder.mutable('seen', zero)
    const fetching = { ...where, perRow, seen }
    computeHashes(builder, kernel, fetching)
    fetchSlots(builder, fetching)
    findGroups(builder, fetching)
    fetchGroups(builder, kernel, fetching)
    // loads that nothing depends on would be left out
    builder.store('i32', { address: perRow }, seen)
  })
}

interface BlockAndTable {
  readonly table: TableInUse
  readonly block: Expression
  readonly count: Expression
}

interface Fetching extends BlockAndTable {
  /** One i32 a row: its hash, then where its group seems to be. */
  readonly perRow: Expression
  /** Takes in what is loaded. */
  readonly seen: MutableLocal
}

function computeHashes(builder: FunctionBuilder, kernel: GroupPlaces, { block, count, perRow }: Fetching): void {
  const { source, keys, steps } = kernel
  builder.for(zero, count, (row) => {
    const at = { block, row }
    const scope = openRow(builder, source, at)
    const made = keys.map(({ expression, field }) =>
      makeKey(builder, field, {
        value: scope.column(must(inputColumn(steps, expression))),
        direct: directColumn(source, kernel, { expression, at }),
      }),
    )
    builder.store('i32', { address: perRow, index: row }, hashKeys(builder, made))
  })
}

function fetchSlots(builder: FunctionBuilder, { table, count, perRow, seen }: Fetching): void {
  builder.for(zero, count, (row) => {
    const slot = binary('and', load('i32', perRow, { index: row }), table.mask)
    builder.set(seen, binary('xor', seen, load('i32', table.index, { index: slot })))
  })
}

/** What the first slot from the hash on names that has its tag: the groups of others, by which a key was displaced, are passed over unseen. */
function findGroups(builder: FunctionBuilder, { table, count, perRow }: Fetching): void {
  builder.for(zero, count, (row) => {
    const hash = builder.let('hash', load('i32', perRow, { index: row }))
    const slot = builder.mutable('slot', binary('and', hash, table.mask))
    const entry = builder.mutable('entry', load('i32', table.index, { index: slot }))
    const isOther = binary('ne', binary('and', binary('xor', entry, hash), constI32(slotTagMask)), zero)
    builder.while(binary('and', isOther, binary('ne', entry, zero)), () => {
      builder.set(slot, binary('and', binary('add', slot, constI32(1)), table.mask))
      builder.set(entry, load('i32', table.index, { index: slot }))
    })
    const group = binary('shl', binary('and', entry, constI32(slotRowMask)), constI32(3))
    builder.store('i32', { address: perRow, index: row }, group)
  })
}

function fetchGroups(builder: FunctionBuilder, { rowSizeBytes }: GroupPlaces, { count, perRow, seen }: Fetching): void {
  const lines = Math.min(linesMax, Math.ceil(rowSizeBytes / cacheLineBytes))
  builder.for(zero, count, (row) => {
    const group = builder.let('group', load('i32', perRow, { index: row }))
    for (let line = 0; line < lines; line++)
      builder.set(seen, binary('xor', seen, load('i32', group, { offset: line * cacheLineBytes })))
  })
}
