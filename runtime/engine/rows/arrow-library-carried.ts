import { SqlError } from '../../../sql/base/diagnostic.ts'
import { unsupportedFeature } from '../../../sql/messages/raise.ts'
import type { ArrowLibrary } from './arrow-library.ts'

/**
 * Stands for arrow-library.ts in the runtime that artifacts carry (bin/bundle-runtime.ts), where the library is a module of the
 * same bundle: there is one copy, and who wants it without waiting must have loaded it before.
 */
const carried: { library: ArrowLibrary | null } = { library: null }

export async function loadArrow(): Promise<ArrowLibrary> {
  return (carried.library ??= await import('apache-arrow'))
}

/** @throws SqlError unsupported_feature while nobody has loaded it */
export function requireArrow(): ArrowLibrary {
  if (carried.library !== null) return carried.library
  const hint = 'open the program with arrow: true'
  throw new SqlError([unsupportedFeature({ feature: 'Arrow before the library is loaded' }, { hint })])
}
