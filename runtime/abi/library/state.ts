import type { LibrarySignature } from './signature.ts'

/** Implemented in runtime/state; layouts in runtime/abi/state.ts. */
export const stateSignatures = {
  /** table_insert(table, hash) -> row: a zeroed row with its hash, placed in the index (which may grow: reload its address and mask). */
  table_insert: { parameters: ['i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** table_advance(table): while nextIndexAddress is set, fills some thousands of rows into that index, and uses it after the last (reload address and mask). */
  table_advance: { parameters: ['i32'], result: null, pure: false, fallible: false },
  /** table_remove(table, row): takes an indexed row out and frees it and the long strings in its view fields. */
  table_remove: { parameters: ['i32', 'i32'], result: null, pure: false, fallible: false },
  /** table_append(table) -> row: a zeroed row outside any index. */
  table_append: { parameters: ['i32'], result: 'i32', pure: false, fallible: false },
  /** pane_select(control, windowStart, windowEnd, watermark) -> first table header of the window's pane, made when absent; 0 when the window is finished. Sets control.pane, windowStart, windowEnd. */
  pane_select: { parameters: ['i32', 'i64', 'i64', 'i64'], result: 'i32', pure: false, fallible: false },
  /** touch(control, table, row): first change of a row in this batch: keeps a snapshot of it (none when `row` is new) and sets its touched bit. */
  touch: { parameters: ['i32', 'i32', 'i32'], result: null, pure: false, fallible: false },
  /** touch_new(control, table, row): as touch, for a row that did not exist before this batch. */
  touch_new: { parameters: ['i32', 'i32', 'i32'], result: null, pure: false, fallible: false },
  /** state_view(table, field, view): stores a string in the view cell at address `field`, long bytes copied into the table's own pages. */
  state_view: { parameters: ['i32', 'i32', 'i32'], result: null, pure: false, fallible: false },
} as const satisfies Record<string, LibrarySignature>
