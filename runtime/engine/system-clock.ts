import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../connect/connector.ts'

export const systemClock: Clock = {
  nowMicros: () => BigInt(Date.now()) * 1000n,
  async sleep(millis, signal) {
    try {
      await sleep(millis, undefined, { signal: signal ?? new AbortController().signal })
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error
    }
  },
}

/** Milliseconds that never go back. Not by `performance`: its first use loads ten modules of Node, 3 ms of a cold start. */
export function monotonicMillis(): number {
  const [seconds, nanos] = process.hrtime()
  return seconds * 1000 + nanos / 1e6
}
