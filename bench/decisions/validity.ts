/**
 * Question: one validity bit or one validity byte a row inside a block? (docs/decisions/0002-validity-bytes.md)
 * Run: node bench/decisions/validity.ts
 */
const rows = 1024
const rounds = 50_000
const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true })
const u8 = new Uint8Array(memory.buffer)
const f64 = new Float64Array(memory.buffer)
const data = 1 << 20
const byteColumn = 2 << 20
const bitColumn = 3 << 20

for (let i = 0; i < rows; i++) {
  const valid = (i * 7) % 10 !== 0
  f64[(data >> 3) + i] = i
  u8[byteColumn + i] = valid ? 1 : 0
  if (valid) u8[bitColumn + (i >> 3)] = (u8[bitColumn + (i >> 3)] as number) | (1 << (i & 7))
}

function readBytes(column: number, valid: number): number {
  let sum = 0
  for (let i = 0; i < rows; i++) if (u8[valid + i] !== 0) sum += f64[column + i] as number
  return sum
}

function readBits(column: number, valid: number): number {
  let sum = 0
  for (let i = 0; i < rows; i++) if (((u8[valid + (i >> 3)] as number) >> (i & 7)) & 1) sum += f64[column + i] as number
  return sum
}

function writeBytes(column: number, valid: number): number {
  for (let i = 0; i < rows; i++) u8[valid + i] = (f64[column + i] as number) > 500 ? 1 : 0
  return u8[valid] as number
}

function writeBits(column: number, valid: number): number {
  for (let i = 0; i < rows; i++) {
    const at = valid + (i >> 3)
    const bit = 1 << (i & 7)
    u8[at] = (f64[column + i] as number) > 500 ? (u8[at] as number) | bit : (u8[at] as number) & ~bit
  }
  return u8[valid] as number
}

function nanosPerRow(run: () => number): number {
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now()
    for (let round = 0; round < rounds; round++) run()
    best = Math.min(best, ((performance.now() - start) * 1e6) / rounds / rows)
  }
  return best
}

const figures = {
  readByte: nanosPerRow(() => readBytes(data >> 3, byteColumn)),
  readBit: nanosPerRow(() => readBits(data >> 3, bitColumn)),
  writeByte: nanosPerRow(() => writeBytes(data >> 3, byteColumn)),
  writeBit: nanosPerRow(() => writeBits(data >> 3, bitColumn)),
}
console.log(JSON.stringify(figures))
