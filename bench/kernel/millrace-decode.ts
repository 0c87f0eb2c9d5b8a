import { must } from '../../sql/base/assert.ts'
import { decodePaddingBytes, sourceControl, sourceLearntSizeBytes } from '../../runtime/abi/artifact.ts'
import type { InputFormat } from '../../runtime/abi/format.ts'
import { compileSource } from '../../runtime/engine/planning/compile-source.ts'
import { createBenchWorker } from './bench-worker.ts'
import { RunAllocator } from '../../runtime/memory/worker-memory.ts'
import { bidColumns } from './cases.ts'
import type { CaseRequest, PassResult } from './millrace-case.ts'
import { planSource, readBytes } from './millrace-case.ts'
import { hashOf } from './result-hash.ts'

const csv = { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '' }
const needed = ['auction', 'price', 'dateTime']

/** The generated decoder alone: bytes of the whole file in linear memory to blocks of the three needed columns. */
export function createDecodeCase(request: CaseRequest): (mode: 'timed' | 'hashed') => PassResult {
  const object = planSource(`CREATE SOURCE bid (${bidColumns})`)
  const common = { timestampFormat: 'rfc3339', lineBytesMax: 1 << 26 } as const
  const format: InputFormat = request.name === 'json' ? { kind: 'json', ...common } : { kind: 'csv', ...common, csv }
  const columns = new Set(needed.map((name) => object.columns.findIndex((column) => column.name === name)))
  const artifact = compileSource(object, columns, { format })
  const parts = createBenchWorker(request.instantiate)
  const { views, pages } = parts.memory
  const allocator = new RunAllocator(pages)
  const input = parts.graph.addSource('bid', artifact, {
    onRowError: (error) => {
      throw new Error(error.site.code)
    },
  })
  const decode = must(input.decode, 'a decoder')
  const bytes = readBytes(request.directory, request.file ?? (request.name === 'json' ? 'bid.ndjson' : 'bid.csv'))
  const arenaSizeBytes = 1 << 20
  const base = allocator.allocate(bytes.length + arenaSizeBytes + 3 * decodePaddingBytes + 16) + 16
  views.u8.set(bytes, base)
  const learnt = allocator.allocate(sourceLearntSizeBytes)
  const cell = (offset: number): number => (input.control + offset) >> 2
  const offsets = [...columns].map(
    (index) => (input.block + must(artifact.layout.columns[index], 'a column').dataOffset) >> 3,
  ) as [number, number, number]
  return (mode) => {
    views.u8.fill(0, learnt, learnt + sourceLearntSizeBytes)
    views.i32[cell(sourceControl.learnt)] = learnt
    views.i32[cell(sourceControl.headerDone)] = 0
    views.i32[cell(sourceControl.atEnd)] = 1
    const sum = new BigInt64Array(1)
    const start = process.hrtime.bigint()
    for (let at = base; at < base + bytes.length;) {
      views.i32[cell(sourceControl.rows)] = 0
      views.i32[cell(sourceControl.errorCount)] = 0
      views.i32[cell(sourceControl.arenaCursor)] = base + bytes.length + decodePaddingBytes
      views.i32[cell(sourceControl.arenaEnd)] = base + bytes.length + decodePaddingBytes + arenaSizeBytes
      at = decode.kernel(base, at, base + bytes.length, input.block, input.control)
      if (views.i32[cell(sourceControl.errorCount)] !== 0) throw new Error('the decoder refused a record')
      if (mode === 'hashed') addRows(sum, views.i64, { offsets, rows: must(views.i32[cell(sourceControl.rows)]) })
    }
    const nanos = Number(process.hrtime.bigint() - start)
    return { nanos, hash: mode === 'hashed' ? hashOf(must(sum[0])).toString() : null }
  }
}

function addRows(
  sum: BigInt64Array,
  i64: BigInt64Array<ArrayBufferLike>,
  block: { readonly offsets: readonly [number, number, number]; readonly rows: number },
): void {
  const [auction, price, dateTime] = block.offsets
  for (let row = 0; row < block.rows; row++) {
    sum[0] = BigInt.asIntN(
      64,
      must(sum[0]) + must(i64[auction + row]) + must(i64[price + row]) * 31n + must(i64[dateTime + row]) * 17n,
    )
  }
}
