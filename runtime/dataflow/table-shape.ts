import type { RowOrderArtifact, TableArtifact } from '../abi/artifact.ts'
import { orderKey, orderMemories, rowOrder } from '../abi/state.ts'
import type { TableShape } from '../state/table.ts'
import type { OperatorEnvironment } from './operator-base.ts'

/** Shape of a table, with the list of its string fields and its order in the operator's arena. */
export function tableShape(
  environment: OperatorEnvironment,
  { rowSizeBytes, viewOffsets, order }: TableArtifact,
): TableShape {
  return {
    rowSizeBytes,
    owner: environment.number,
    viewFields: viewOffsets.length === 0 ? 0 : writeViewFields(environment, viewOffsets),
    order: order === null ? 0 : writeOrder(environment, order),
  }
}

function writeViewFields({ memory, arena }: OperatorEnvironment, offsets: readonly number[]): number {
  const list = arena.allocate((offsets.length + 1) * 4)
  memory.views.i32.set([offsets.length, ...offsets], list >>> 2)
  return list
}

function writeOrder({ memory, arena }: OperatorEnvironment, { left, right, parent, keys }: RowOrderArtifact): number {
  const { i32 } = memory.views
  const order = arena.allocate(rowOrder.keys + keys.length * orderKey.sizeBytes)
  i32[(order + rowOrder.left) >>> 2] = left
  i32[(order + rowOrder.right) >>> 2] = right
  i32[(order + rowOrder.parent) >>> 2] = parent
  i32[(order + rowOrder.keyCount) >>> 2] = keys.length
  for (const [index, key] of keys.entries()) {
    const at = order + rowOrder.keys + index * orderKey.sizeBytes
    i32[(at + orderKey.memory) >>> 2] = orderMemories[key.memory]
    i32[(at + orderKey.offset) >>> 2] = key.offset
    i32[(at + orderKey.validOffset) >>> 2] = key.valid?.offset ?? 0
    i32[(at + orderKey.validMask) >>> 2] = key.valid?.mask ?? 0
    i32[(at + orderKey.direction) >>> 2] = key.descending ? -1 : 1
    i32[(at + orderKey.nulls) >>> 2] = key.nullsFirst ? -1 : 1
  }
  return order
}
