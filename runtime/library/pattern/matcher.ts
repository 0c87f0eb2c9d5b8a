import type { LibraryContext } from '../context.ts'

/** Says whether the text of a view matches. */
export type Matcher = (m: LibraryContext, text: number) => boolean
