import type * as Arrow from 'apache-arrow'
import { createRequire } from 'node:module'

export type ArrowLibrary = typeof Arrow

/** The library as our callers import it, so that what we give them is an instance of their classes. */
export async function loadArrow(): Promise<ArrowLibrary> {
  return await import('apache-arrow')
}

/** Another copy, for use inside where nothing can wait; what it makes must not reach callers. */
export function requireArrow(): ArrowLibrary {
  return createRequire(import.meta.url)('apache-arrow') as ArrowLibrary
}
