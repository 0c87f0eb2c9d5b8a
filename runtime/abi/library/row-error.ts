import type { LibrarySignature } from './signature.ts'

export const rowErrorSignatures = {
  /** row_error(site, row): row `row` of the block in hand failed at `site`; the row is left out of everything that follows. */
  row_error: { parameters: ['i32', 'i32'], result: null, pure: false, fallible: false },
} as const satisfies Record<string, LibrarySignature>
