import type { LibrarySignature } from './signature.ts'

/** Rows of a table kept in order (layout: runtime/abi/state.ts `rowOrder`); each tree has its root in a cell of the caller. */
export const orderSignatures = {
  /** order_add(table, root, row) -> the first row of the tree whose root is kept at address `root`, once `row` has been linked into it. */
  order_add: { parameters: ['i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** order_remove(table, root, row) -> the first row of the tree, once `row` has left it; 0: it is empty. */
  order_remove: { parameters: ['i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
} as const satisfies Record<string, LibrarySignature>
