import { slotDeleted, slotRowMask, slotTagMask, tableHeader } from '../../../runtime/abi/state.ts'
import { binary, constI1, constI32, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { Key } from './key.ts'
import { hashKeys, keysEqual, storeKeys } from './key.ts'

/** A table in code: its header, and the place of its index in variables that outlive the row. */
export interface TableInUse {
  readonly header: MutableLocal
  readonly index: MutableLocal
  readonly mask: MutableLocal
}

/** Declares the variables for a table whose header is at `header` (0: none yet). */
export function useTable(builder: FunctionBuilder, header: Expression): TableInUse {
  const table: TableInUse = {
    header: builder.mutable('table', header),
    index: builder.mutable('index', zero),
    mask: builder.mutable('mask', zero),
  }
  builder.if(binary('ne', table.header, zero), () => reloadIndex(builder, table))
  return table
}

export function switchTable(builder: FunctionBuilder, table: TableInUse, header: Expression): void {
  builder.set(table.header, header)
  reloadIndex(builder, table)
}

function reloadIndex(builder: FunctionBuilder, { header, index, mask }: TableInUse): void {
  builder.set(index, load('i32', header, { offset: tableHeader.indexAddress }))
  builder.set(mask, load('i32', header, { offset: tableHeader.indexMask }))
}

/** Before a block: goes on with the index that will replace a large one. */
export function advanceIndex(builder: FunctionBuilder, table: TableInUse): void {
  const { header } = table
  const isGrowing = binary('ne', load('i32', header, { offset: tableHeader.nextIndexAddress }), zero)
  builder.if(binary('ne', header, zero), () =>
    builder.if(isGrowing, () => {
      builder.do('table_advance', [header])
      reloadIndex(builder, table)
    }),
  )
}

export interface ProbeParts {
  readonly keys: readonly Key[]
  /** Rows of the table are removed, so that its index has deleted slots. */
  readonly removes: boolean
  /** Fills a new row, whose keys are stored. */
  readonly onInsert: (row: Expression) => void
}

/**
 * Finds the row of these keys, or makes it: the address of the row. The loop goes over slots; the tag in a slot spares
 * touching rows of other keys.
 */
export function findOrInsert(
  builder: FunctionBuilder,
  table: TableInUse,
  { keys, removes, onInsert }: ProbeParts,
): Expression {
  const hash = builder.let('hash', hashKeys(builder, keys))
  const found = builder.mutable('group', zero)
  const slot = builder.mutable('slot', binary('and', hash, table.mask))
  const next = (): void => builder.set(slot, binary('and', binary('add', slot, constI32(1)), table.mask))
  builder.while(constI1(true), (loop) => {
    const entry = builder.let('entry', load('i32', table.index, { index: slot }))
    builder.if(binary('eq', entry, zero), () => {
      builder.set(found, library('table_insert', [table.header, hash]))
      reloadIndex(builder, table)
      storeKeys(builder, { row: found, table: table.header }, keys)
      onInsert(found)
      builder.break(loop)
    })
    const sameTag = binary('eq', binary('and', binary('xor', entry, hash), constI32(slotTagMask)), zero)
    const candidate = removes ? binary('and', sameTag, binary('ne', entry, constI32(slotDeleted))) : sameTag
    builder.if(candidate, () => {
      const row = builder.let('row', binary('shl', binary('and', entry, constI32(slotRowMask)), constI32(3)))
      builder.if(keysEqual(builder, row, keys), () => {
        builder.set(found, row)
        builder.break(loop)
      })
    })
    next()
  })
  return builder.let('group', found)
}
