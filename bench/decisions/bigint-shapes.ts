/**
 * Question: which forms of 64-bit arithmetic does V8 keep in registers? (docs/internals/javascript-tier.md)
 * Run: node bench/decisions/bigint-shapes.ts
 */
import { getHeapStatistics } from 'node:v8'

const rows = 1024
const rounds = 3000
const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })
const i64 = new BigInt64Array(memory.buffer)
const i32 = new Int32Array(memory.buffer)
const f64 = new Float64Array(memory.buffer)
/** Places in elements of 8 bytes: two columns, the output, a cell. */
const a = 4096
const b = 8192
const out = 16_384
const cell = 64

for (let row = 0; row < rows; row++) {
  i64[a + row] = BigInt(row * 977)
  i64[b + row] = BigInt(((row * 7919) % 1000) - 500)
}
const at = (index: number): bigint => i64[index] as bigint
const word = (index: number): number => i32[index] as number

type Loop = (n: number) => unknown

const shapes: Readonly<Record<string, Loop>> = {
  'sum in a cell': (n) => {
    for (let row = 0; row < n; row++) i64[cell] = BigInt.asIntN(64, at(cell) + at((a + row) | 0))
  },
  'sum in a variable': (n) => {
    let sum = 0n
    for (let row = 0; row < n; row++) sum = BigInt.asIntN(64, sum + at((a + row) | 0))
    return sum
  },
  'variable set in a branch': (n) => {
    for (let row = 0; row < n; row++) {
      let value = 0n
      if (at((a + row) | 0) < 500_000n) value = BigInt.asIntN(64, at((a + row) | 0) + at((b + row) | 0))
      i64[(out + row) | 0] = value
    }
  },
  'cell set in a branch': (n) => {
    for (let row = 0; row < n; row++) {
      i64[cell] = 0n
      if (at((a + row) | 0) < 500_000n) i64[cell] = BigInt.asIntN(64, at((a + row) | 0) + at((b + row) | 0))
      i64[(out + row) | 0] = at(cell)
    }
  },
  'conditional of values computed before': (n) => {
    for (let row = 0; row < n; row++) {
      const product = BigInt.asIntN(64, at((a + row) | 0) * at((b + row) | 0))
      i64[(out + row) | 0] = BigInt.asIntN(64, at((a + row) | 0) < 500_000n ? product : 0n)
    }
  },
  'conditional of values computed in it': (n) => {
    for (let row = 0; row < n; row++) {
      const value = at((a + row) | 0) < 500_000n ? BigInt.asIntN(64, at((a + row) | 0) * at((b + row) | 0)) : 0n
      i64[(out + row) | 0] = BigInt.asIntN(64, value + 1n)
    }
  },
  'comparison with -literal': (n) => {
    let count = 0
    for (let row = 0; row < n; row++) if (at((a + row) | 0) < -500n) count++
    return count
  },
  'comparison with asIntN(64, 2^64 - literal)': (n) => {
    let count = 0
    for (let row = 0; row < n; row++) if (at((a + row) | 0) < BigInt.asIntN(64, 18_446_744_073_709_551_116n)) count++
    return count
  },
  'equality of BigInts': (n) => {
    let count = 0
    for (let row = 0; row < n; row++) if (at((a + row) | 0) === at((b + row) | 0)) count++
    return count
  },
  'equality of halves': (n) => {
    let count = 0
    for (let row = 0; row < n; row++) {
      const left = (2 * a + (row << 1)) | 0
      const right = (2 * b + (row << 1)) | 0
      if (word(left) === word(right) && word((left + 1) | 0) === word((right + 1) | 0)) count++
    }
    return count
  },
  'Number(bigint)': (n) => {
    let sum = 0
    for (let row = 0; row < n; row++) sum += Number(at((a + row) | 0))
    return sum
  },
  'number from halves': (n) => {
    let sum = 0
    for (let row = 0; row < n; row++)
      sum += word((2 * a + (row << 1) + 1) | 0) * 4_294_967_296 + (word((2 * a + (row << 1)) | 0) >>> 0)
    return sum
  },
  'BigInt(double)': (n) => {
    for (let row = 0; row < n; row++) i64[(out + row) | 0] = BigInt(Math.trunc((f64[cell] as number) + row * 1.5e5))
  },
  'double through halves': (n) => {
    for (let row = 0; row < n; row++) {
      const value = Math.trunc((f64[cell] as number) + row * 1.5e5)
      const high = Math.floor(value / 4_294_967_296)
      i32[2 * cell + 2] = (value - high * 4_294_967_296) | 0
      i32[2 * cell + 3] = high | 0
      i64[(out + row) | 0] = at(cell + 1)
    }
  },
  'shift by a variable': (n) => {
    for (let row = 0; row < n; row++)
      i64[(out + row) | 0] = BigInt.asIntN(64, at((a + row) | 0) >> (at((b + row) | 0) & 63n))
  },
  'shift by a constant': (n) => {
    for (let row = 0; row < n; row++) i64[(out + row) | 0] = BigInt.asIntN(64, at((a + row) | 0) >> 7n)
  },
  'unsigned comparison by asUintN': (n) => {
    let count = 0
    for (let row = 0; row < n; row++)
      if (BigInt.asUintN(64, at((a + row) | 0)) < BigInt.asUintN(64, at((b + row) | 0))) count++
    return count
  },
  'unsigned comparison by signs': (n) => {
    let count = 0
    for (let row = 0; row < n; row++) {
      const left = at((a + row) | 0)
      const right = at((b + row) | 0)
      if (left < right !== (left ^ right) < 0n) count++
    }
    return count
  },
}

function allocatedBytes(): number {
  return (getHeapStatistics() as unknown as { readonly total_allocated_bytes: number }).total_allocated_bytes
}

for (const [name, loop] of Object.entries(shapes)) {
  for (let round = 0; round < rounds; round++) loop(rows)
  const before = allocatedBytes()
  const start = performance.now()
  for (let round = 0; round < rounds; round++) loop(rows)
  const rowCount = rounds * rows
  const rowsPerMicro = rowCount / ((performance.now() - start) * 1000)
  const bytesPerRow = (allocatedBytes() - before) / rowCount
  console.log(
    `${name.padEnd(44)} ${rowsPerMicro.toFixed(0).padStart(6)} M rows/s ${bytesPerRow.toFixed(1).padStart(6)} bytes/row`,
  )
}
