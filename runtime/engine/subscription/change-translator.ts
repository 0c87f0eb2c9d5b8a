import type { MemoryViews } from '../../abi/memory.ts'
import { forEachChange, makeRowReader, type Change, type ReadShape } from '../rows/row-reader.ts'
import type { BlockTranslator } from './subscription.ts'

/** Blocks as changes, one by one. */
export function changeTranslator(views: MemoryViews, shape: ReadShape): BlockTranslator<Change> {
  const reader = makeRowReader(views, shape)
  return { translate: (block, count, take) => forEachChange(reader, { block, count }, take) }
}
