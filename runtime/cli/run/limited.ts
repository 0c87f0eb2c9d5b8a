import type { Consumer } from '../../dataflow/graph.ts'

/** Passes on at most `limit` rows; what comes after the last one is not asked for. */
export function limited(consumer: Consumer, limit: number, onReached: () => void): Consumer {
  let left = limit
  return {
    ready: () => (left > 0 ? consumer.ready() : true),
    accept(block, count) {
      const taken = Math.min(left, count)
      left -= taken
      if (taken > 0) consumer.accept(block, taken)
      if (left === 0) onReached()
    },
    watermark: (micros) => consumer.watermark?.(micros),
    end: () => consumer.end?.(),
    failed: (error) => consumer.failed?.(error),
  }
}
