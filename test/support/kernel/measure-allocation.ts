import { assembleUnit } from '../../../codegen/artifact/assemble-unit.ts'
import { loadUnit } from '../../../runtime/worker/load.ts'
import { leastBytesPerRow } from '../allocation/heap.ts'
import { steadyColumns, steadyKernels } from './steady-kernels.ts'
import { makeTestLibrary, makeViews, scratchBase } from './test-memory.ts'

// Prints how many heap bytes each steady kernel allocates per row once V8 has optimised it, as JSON. Run by codegen/javascript/allocation.test.ts.

const rows = 1024
const warmBlocks = 4000
const measuredBlocks = 400
const base = 65_536

const views = makeViews()
for (let row = 0; row < rows; row++) {
  views.i64[(base + steadyColumns.a) / 8 + row] = BigInt(row * 1_234_567)
  views.i64[(base + steadyColumns.b) / 8 + row] = BigInt(row * 7919 - 4_000_000)
  views.i64[(base + steadyColumns.c) / 8 + row] = BigInt(1 + (row % 50))
  views.f64[(base + steadyColumns.f) / 8 + row] = row / 3
}
const bytesPerRow: Record<string, number> = {}
for (const [name, module] of Object.entries(steadyKernels())) {
  const unit = assembleUnit(module, { constants: [], spans: [] })
  const { run } = loadUnit(
    { javascript: unit.javascript, hash: 'steady' },
    { views, library: makeTestLibrary(views), constants: [], scratchBase },
  )
  for (let block = 0; block < warmBlocks; block++) run?.(base, rows)
  bytesPerRow[name] = leastBytesPerRow(measuredBlocks * rows, () => {
    for (let block = 0; block < measuredBlocks; block++) run?.(base, rows)
  })
}
console.log(JSON.stringify(bytesPerRow))
