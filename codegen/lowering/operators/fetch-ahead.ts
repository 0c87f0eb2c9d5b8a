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
 * overlap these waits, because it branches on what comes. So before it, one loop reads the slots of all rows of the block and a second one the
 * groups that they name; these loads do not depend on each other, so that many are under way at once. What they bring stays in
 * the cache for the update. They decide nothing: a wrong guess (equal tags, another pane, a row that a filter drops) costs time only.
 *
 * Only for keys that are columns of the input, which are read without anything that could fail.
 */
export function fetchAhead(builder: FunctionBuilder, kernel: GroupPlaces, where: BlockAndTable): void {
  const { source, keys } = kernel
  const columns = keys.map(({ expression }) => inputColumn(kernel.steps, expression))
  const isPlain = columns.every((column) => column !== null && !source.failures.has(column))
  if (!isPlain || keys.length === 0) return
  const hashes = builder.module.scratch(4 * blockRowsMax)
  builder.if(binary('ge_u', where.table.mask, constI32(farSlots - 1)), () => {
    const seen = builder.mutable('seen', zero)
    fetchSlots(builder, kernel, { ...where, hashes, seen })
    fetchGroups(builder, kernel, { ...where, hashes, seen })
    // loads that nothing depends on would be left out
    builder.store('i32', { address: hashes }, seen)
  })
}

interface BlockAndTable {
  readonly table: TableInUse
  readonly block: Expression
  readonly count: Expression
}

interface Fetching extends BlockAndTable {
  /** One i32 a row. */
  readonly hashes: Expression
  /** Takes in what is loaded. */
  readonly seen: MutableLocal
}

function fetchSlots(
  builder: FunctionBuilder,
  kernel: GroupPlaces,
  { table, block, count, hashes, seen }: Fetching,
): void {
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
    const hash = hashKeys(builder, made)
    builder.store('i32', { address: hashes, index: row }, hash)
    builder.set(seen, binary('xor', seen, load('i32', table.index, { index: binary('and', hash, table.mask) })))
  })
}

/** Of the first slot from the hash on that has its tag: where the key was displaced by others, those are passed over without a look at their groups. */
function fetchGroups(
  builder: FunctionBuilder,
  { rowSizeBytes }: GroupPlaces,
  { table, count, hashes, seen }: Fetching,
): void {
  builder.for(zero, count, (row) => {
    const hash = builder.let('hash', load('i32', hashes, { index: row }))
    const slot = builder.mutable('slot', binary('and', hash, table.mask))
    const entry = builder.mutable('entry', load('i32', table.index, { index: slot }))
    const isOther = binary('ne', binary('and', binary('xor', entry, hash), constI32(slotTagMask)), zero)
    builder.while(binary('and', isOther, binary('ne', entry, zero)), () => {
      builder.set(slot, binary('and', binary('add', slot, constI32(1)), table.mask))
      builder.set(entry, load('i32', table.index, { index: slot }))
    })
    const group = builder.let('group', binary('shl', binary('and', entry, constI32(slotRowMask)), constI32(3)))
    for (let line = 0; line < Math.min(linesMax, Math.ceil(rowSizeBytes / cacheLineBytes)); line++)
      builder.set(seen, binary('xor', seen, load('i32', group, { offset: line * cacheLineBytes })))
  })
}
