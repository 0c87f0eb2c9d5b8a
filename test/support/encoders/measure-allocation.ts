import { lowerSink } from '../../../codegen/lowering/encoders/lower-sink.ts'
import { layoutBlock } from '../../../runtime/abi/block-layout.ts'
import { resultFormats } from '../../../runtime/engine/rows/result-formats.ts'
import { EncodedRows } from '../../../runtime/format/encoded-rows.ts'
import { createWorkerMemory, RunAllocator } from '../../../runtime/memory/worker-memory.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import { leastBytesPerRow } from '../allocation/heap.ts'
import { writeCell } from '../expressions/cells.ts'
import { bindEncoder } from './harness.ts'
import { encoderTiers } from './tiers.ts'

// Prints, as JSON, the JavaScript heap bytes that encoding a row of plain values costs in steady state, by tier and format.
// Run by codegen/lowering/encoders/allocation.test.ts.

const rows = 1024
const warmBlocks = 500
const measuredBlocks = 100
const types: readonly SqlType[] = [
  { kind: 'timestamp' },
  { kind: 'bigint' },
  { kind: 'decimal', precision: 38, scale: 2 },
  { kind: 'double' },
  { kind: 'boolean' },
  { kind: 'varchar' },
]

function measure(format: keyof typeof resultFormats, instantiate: (typeof encoderTiers)[number][1]): number {
  const memory = createWorkerMemory({ limitBytes: 1 << 26 })
  const { views } = memory
  const layout = layoutBlock(types.map((type) => ({ physical: physicalType(type), nullable: true })))
  const allocator = new RunAllocator(memory.pages)
  const block = allocator.allocate(layout.sizeBytes)
  const place = { views, block, allocate: (sizeBytes: number) => memory.arena.allocate(sizeBytes, 1) }
  for (let row = 0; row < rows; row++) {
    const values = [
      BigInt(row >> 8) * 10_000_000n,
      BigInt(row * 7919),
      BigInt(row * 31),
      4 + row / 7,
      row % 2 === 0,
      `v${row}`,
    ]
    for (const [index, type] of types.entries())
      writeCell(place, { column: must(layout.columns[index]), row, type }, row % 10 === 9 ? null : must(values[index]))
  }
  const columns = types.map((type, index) => ({ name: `c${index}`, type }))
  const encoder = bindEncoder(memory, lowerSink({ format: resultFormats[format], layout, columns }), instantiate)
  const encoded = new EncodedRows({ views, allocator, encoder })
  const run = (blocks: number): void => {
    for (let done = 0; done < blocks; done++) {
      for (let row = 0; row < rows;) {
        row = encoded.encode(block, row, rows)
        if (row < rows) encoded.giveBack(encoded.take())
      }
    }
  }
  run(warmBlocks)
  return leastBytesPerRow(measuredBlocks * rows, () => run(measuredBlocks))
}

const measured = encoderTiers
  .filter(([tier]) => tier !== 'interpreter')
  .flatMap(([tier, instantiate]) =>
    (['csv', 'json'] as const).map((format) => [`${tier} ${format}`, measure(format, instantiate)]),
  )
process.stdout.write(JSON.stringify(Object.fromEntries(measured)))
