import type { LibrarySignature } from './signature.ts'

/** Work on whole blocks (layout: runtime/abi/block.ts). */
export const blockSignatures = {
  /**
   * close_gaps(block, columns, gaps, gapCount, rowCount) -> rowCount - gapCount: takes the rows whose numbers lie at `gaps` (gapCount > 0
   * times i32, ascending, each once) out of the first `rowCount` rows of a block. `columns` is a column list (block.ts); other columns stay as they are.
   */
  close_gaps: {
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'i32',
    pure: false,
    fallible: false,
  },
} as const satisfies Record<string, LibrarySignature>
