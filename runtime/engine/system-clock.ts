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
