import { median } from '../lib/statistics.ts'

/** Milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

export function latency(millis: readonly number[]): Latency {
  const sorted = millis.toSorted((left, right) => left - right)
  return { p50: rounded(median(sorted)), p99: rounded(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN) }
}

/** To a microsecond. */
function rounded(millis: number): number {
  return Math.round(millis * 1000) / 1000
}
