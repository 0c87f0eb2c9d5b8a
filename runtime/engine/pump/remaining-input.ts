import type { SourceDriver } from './source-driver.ts'

/**
 * How many times what has been read is still to come, judged by the rows of each source; null where a source that gives rows does not know its
 * end.
 */
export function remainingTimes(drivers: readonly Pick<SourceDriver, 'counters' | 'progress'>[]): number | null {
  let read = 0
  let remaining = 0
  for (const { counters, progress } of drivers) {
    if (counters.rows === 0) continue
    if (progress === null || progress <= 0) return null
    read += counters.rows
    remaining += counters.rows / Math.min(progress, 1) - counters.rows
  }
  return read === 0 ? null : remaining / read
}
