import { createHash } from 'node:crypto'
import type { EventKind } from '../../../runtime/connect/nexmark/model.ts'
import { EventWriter } from '../../../runtime/connect/nexmark/write-events.ts'

/** SHA-256 of the three NDJSON streams of the first `events` events with seed 42 at 10,000 events a second, people first. */
export function nexmarkDigest(events: number): string {
  const hash = createHash('sha256')
  const buffer = new Uint8Array(1 << 18)
  for (const kind of ['person', 'auction', 'bid'] satisfies EventKind[]) {
    const writer = new EventWriter({ kind, format: 'ndjson', model: { seed: 42, firstEventRate: 10_000 }, events })
    while (!writer.done) hash.update(buffer.subarray(0, writer.write(buffer, 0)))
  }
  return hash.digest('hex')
}
