import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NexmarkModel } from '../../runtime/connect/nexmark/model.ts'
import { EventWriter } from '../../runtime/connect/nexmark/write-events.ts'
import { must } from '../../sql/base/assert.ts'
import { createRandom } from '../lib/data.ts'

export const fieldOrders = ['steady', 'shuffled'] as const
export type FieldOrder = (typeof fieldOrders)[number]

export interface BidFile {
  readonly path: string
  readonly sizeBytes: number
}

/** `steady`: bids as the generator writes them; `shuffled`: the same ones, the fields of each in an order of its own. */
export function bidFiles(rows: number, folder: string): Readonly<Record<FieldOrder, BidFile>> {
  const lines = bidLines(rows)
  const random = createRandom(7)
  const write = (name: string, records: readonly string[]): BidFile => {
    const path = join(folder, name)
    const bytes = Buffer.from(`${records.join('\n')}\n`)
    writeFileSync(path, bytes)
    return { path, sizeBytes: bytes.length }
  }
  const shuffled = lines.map((line) => shuffledLine(line, random))
  return { steady: write('bid.ndjson', lines), shuffled: write('bid-shuffled.ndjson', shuffled) }
}

const model: NexmarkModel = { seed: 42, firstEventRate: 10_000 }

/** 46 of 50 Nexmark events are bids, of well below 512 bytes. */
function bidLines(rows: number): readonly string[] {
  const events = Math.ceil((rows * 50) / 46) + 100
  const writer = new EventWriter({ kind: 'bid', format: 'ndjson', model, events })
  const bytes = Buffer.alloc(events * 512 + 4096)
  const end = writer.write(bytes, 0)
  return bytes.toString('utf8', 0, end).split('\n').slice(0, rows)
}

function shuffledLine(line: string, random: () => number): string {
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>)
  for (let left = fields.length; left > 1; left--) {
    const at = random() % left
    const last = must(fields[left - 1])
    fields[left - 1] = must(fields[at])
    fields[at] = last
  }
  return JSON.stringify(Object.fromEntries(fields))
}
