import { dirtyMapAddress } from '../../../runtime/abi/memory.ts'
import {
  controlBlock,
  rowOffsets,
  rowTouchedBit,
  slotTagMask,
  tableHeader,
  touchedEntry,
} from '../../../runtime/abi/state.ts'
import type { Code } from '../module.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'
import type { NativeFunction } from '../unit-scope.ts'

/** State of tables (layouts: runtime/abi/state.ts). Whatever needs pages is the library's. */
const h = tableHeader

/** A fresh row at the cursor under a hash, when index and run have room. */
const tableInsert: NativeFunction = {
  name: 'table_insert',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [table, hash] = b.two()
    const { code } = b
    const { i32 } = code
    const field = (offset: number): Code => i32.load(offset, 4, table())
    const row = b.let('i32', field(h.cursor))
    const end = b.let('i32', i32.add(row(), field(h.rowSizeBytes)))
    const used = b.let('i32', field(h.usedSlots))
    const isFull = i32.or(i32.ge_s(used(), field(h.growAt)), i32.gt_s(end(), field(h.cursorEnd)))
    b.if(i32.or(field(h.freeRow), isFull), () =>
      b.return(code.call(unit.importLibrary('table_insert'), [table(), hash()], unit.types.i32)),
    )
    b.push(i32.store(h.cursor, 4, table(), end()))
    b.push(i32.store(h.usedSlots, 4, table(), i32.add(used(), i32.const(1))))
    b.push(i32.store(h.rowCount, 4, table(), i32.add(field(h.rowCount), i32.const(1))))
    b.push(i32.store(rowOffsets.hash, 4, row(), hash()))
    b.push(i32.store8(dirtyMapAddress, 1, i32.shr_u(row(), i32.const(16)), i32.const(1)))
    const mask = b.let('i32', field(h.indexMask))
    const index = b.let('i32', field(h.indexAddress))
    const slot = b.cell('i32')
    slot.set(i32.and(hash(), mask()))
    const cell = (): Code => i32.add(index(), i32.shl(slot.get(), i32.const(2)))
    b.loop((leave) => {
      b.if(i32.eqz(i32.load(0, 4, cell())), leave)
      slot.set(i32.and(i32.add(slot.get(), i32.const(1)), mask()))
    })
    b.push(i32.store(0, 4, cell(), i32.or(i32.and(hash(), i32.const(slotTagMask)), i32.shr_u(row(), i32.const(3)))))
    b.define(internal, 'i32', row())
  },
}

/** Enters a row in the touched list. */
function enterTouched(
  b: NativeBuilder,
  {
    control,
    table,
    row,
    snapshot,
  }: { readonly control: Read; readonly table: Read; readonly row: Read; readonly snapshot: Code },
): void {
  const { i32 } = b.code
  const count = b.let('i32', i32.load(controlBlock.touchedCount, 4, control()))
  const base = i32.load(controlBlock.touchedBase, 4, control())
  const entry = b.let('i32', i32.add(base, i32.mul(count(), i32.const(touchedEntry.sizeBytes))))
  b.push(i32.store(controlBlock.touchedCount, 4, control(), i32.add(count(), i32.const(1))))
  b.push(i32.store(touchedEntry.row, 4, entry(), row()))
  b.push(i32.store(touchedEntry.snapshot, 4, entry(), snapshot))
  b.push(i32.store(touchedEntry.table, 4, entry(), table()))
  const flags = i32.load(rowOffsets.flags, 4, row())
  b.push(i32.store(rowOffsets.flags, 4, row(), i32.or(flags, i32.const(rowTouchedBit))))
}

const touchNew: NativeFunction = {
  name: 'touch_new',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [control, table] = b.two()
    enterTouched(b, { control, table, row: b.parameter(2), snapshot: b.code.i32.const(0) })
    b.define(internal, 'none', null)
  },
}

/** A snapshot where there is room for one, else the library's. */
const touch: NativeFunction = {
  name: 'touch',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [control, table] = b.two()
    const row = b.parameter(2)
    const { code } = b
    const { i32, i64 } = code
    const cursor = b.let('i32', i32.load(controlBlock.snapshotCursor, 4, control()))
    const size = b.let('i32', i32.load(h.rowSizeBytes, 4, table()))
    const end = b.let('i32', i32.add(cursor(), size()))
    b.if(i32.gt_s(end(), i32.load(controlBlock.snapshotEnd, 4, control())), () => {
      b.push(code.call(unit.importLibrary('touch'), [control(), table(), row()], unit.types.none))
      b.return()
    })
    b.push(i32.store(controlBlock.snapshotCursor, 4, control(), end()))
    const offset = b.cell('i32')
    offset.set(i32.const(0))
    b.loop((leave) => {
      b.if(i32.ge_s(offset.get(), size()), leave)
      b.push(i64.store(0, 8, i32.add(cursor(), offset.get()), i64.load(0, 8, i32.add(row(), offset.get()))))
      offset.set(i32.add(offset.get(), i32.const(8)))
    })
    enterTouched(b, { control, table, row, snapshot: cursor() })
    b.define(internal, 'none', null)
  },
}

export const stateFunctions: readonly NativeFunction[] = [tableInsert, touchNew, touch]
