import { getHeapStatistics } from 'node:v8'

const windowsMax = 100
/** Heap bytes per row that are nobody's: what V8 sets aside at a time, spread over a window. */
const nothing = 0.5

function allocatedBytes(): number {
  return (getHeapStatistics() as unknown as { readonly total_allocated_bytes: number }).total_allocated_bytes
}

/**
 * Heap bytes that a row costs in steady state, to two digits: the least of several windows, since V8 optimises what has run often, and part by part.
 * `run` goes through `rows` rows.
 */
export function leastBytesPerRow(rows: number, run: () => void): number {
  let least = Infinity
  for (let window = 0; window < windowsMax && least > nothing; window++) {
    const before = allocatedBytes()
    run()
    least = Math.min(least, (allocatedBytes() - before) / rows)
  }
  return Math.round(least * 100) / 100
}
