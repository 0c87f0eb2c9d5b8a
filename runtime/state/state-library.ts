import type { rowErrorSignatures } from '../abi/library/row-error.ts'
import type { stateSignatures } from '../abi/library/state.ts'
import { controlBlock } from '../abi/state.ts'
import type { Implementations } from '../abi/library/implementation.ts'
import type { OperatorRegistry, OperatorState } from './operator-registry.ts'
import { touchRow } from './operator-registry.ts'
import { storeView } from './row-bytes.ts'
import { advanceIndex } from './table-index.ts'
import { appendRow, insertRow, removeRow } from './table.ts'

type StateLibrary = Implementations<typeof rowErrorSignatures & typeof stateSignatures>

/** The library functions that touch state (contracts: runtime/abi/library/state.ts), and `row_error`. */
export function createStateLibrary(operators: OperatorRegistry): StateLibrary {
  const { memory } = operators
  const { i32 } = memory.views
  const stateOf = (control: number): OperatorState =>
    operators.get(i32[(control + controlBlock.operator) >>> 2] as number)
  return {
    table_insert: (table: number, hash: number) => insertRow(memory, table, hash),
    table_advance: (table: number) => advanceIndex(memory, table),
    table_remove: (table: number, row: number) => removeRow(memory, table, row),
    table_append: (table: number) => appendRow(memory, table),
    // oxlint-disable-next-line max-params -- the parameters of a library function are its signature
    pane_select: (control: number, start: bigint, end: bigint, watermark: bigint) =>
      stateOf(control).panes.select(start, end, watermark),
    touch: (control: number, table: number, row: number) =>
      touchRow(stateOf(control), memory, { control, table, row, isNew: 'no' }),
    touch_new: (control: number, table: number, row: number) =>
      touchRow(stateOf(control), memory, { control, table, row, isNew: 'yes' }),
    state_view: (table: number, field: number, view: number) => storeView(memory, table, { field, view }),
    row_error: (site: number, row: number) => operators.onRowError(site, row),
  }
}
