import { createHash } from 'node:crypto'
import type { Library, MemoryType } from '../../../runtime/abi/library.ts'
import type { MemoryViews } from '../../../runtime/abi/memory.ts'
import type { UnitBinding } from '../../../runtime/worker/load.ts'

/**
 * Memory for random kernels: one area of 16 elements per memory type (so that floats are compared as floats), wide cells, and
 * the trace in which library calls leave their arguments.
 */
export const areaElements = 16
export const inputBase = 1024
export const areaOffsets: Readonly<Record<MemoryType, number>> = {
  bool: 0,
  i8: 64,
  u8: 128,
  i16: 192,
  u16: 256,
  i32: 320,
  u32: 448,
  i64: 512,
  f64: 704,
  f32: 896,
  i128: 1024,
}
export const wideOffset = 1408
export const inputSizeBytes = 1536
export const traceAddress = 4096
export const constantAddresses: readonly number[] = [5120, 5136]
export const scratchBase = 8192
/** Where projections write: 8 columns of 8192 bytes after 16 bytes. */
export const outputBase = 524_288
const outputSizeBytes = 16 + 8 * 8192
const memorySizeBytes = 16 * 65_536

export function makeViews(): MemoryViews {
  const memory = new WebAssembly.Memory({
    initial: memorySizeBytes / 65_536,
    maximum: memorySizeBytes / 65_536,
    shared: true,
  })
  const { buffer } = memory
  return {
    memory,
    u8: new Uint8Array(buffer),
    i8: new Int8Array(buffer),
    u16: new Uint16Array(buffer),
    i16: new Int16Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
  }
}

const extremes: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n - 1n,
  2n ** 53n + 1n,
  -7n,
  1_000_003n,
  2n ** 62n,
]
const floats: readonly number[] = [
  0,
  -0,
  1,
  -1.5,
  0.5,
  2.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  -(2 ** 52) - 0.5,
  1e-310,
]

/** Fills memory with extreme values, differently for every `seed`. */
export function fillViews(views: MemoryViews, seed: number): void {
  const pick = <T>(values: readonly T[], index: number): T => values[(index * 7 + seed) % values.length] as T
  views.u8.fill(0)
  for (let index = 0; index < areaElements; index++) {
    const word = pick(extremes, index)
    const narrow = Number(BigInt.asIntN(32, word))
    views.u8[inputBase + areaOffsets.bool + index] = (index + seed) & 1
    views.i8[inputBase + areaOffsets.i8 + index] = narrow
    views.u8[inputBase + areaOffsets.u8 + index] = narrow
    views.i16[(inputBase + areaOffsets.i16) / 2 + index] = narrow
    views.u16[(inputBase + areaOffsets.u16) / 2 + index] = narrow
    views.i32[(inputBase + areaOffsets.i32) / 4 + index] = narrow
    views.i32[(inputBase + areaOffsets.u32) / 4 + index] = narrow
    views.i64[(inputBase + areaOffsets.i64) / 8 + index] = word
    views.f64[(inputBase + areaOffsets.f64) / 8 + index] = pick(floats, index)
    views.f32[(inputBase + areaOffsets.f32) / 4 + index] = pick(floats, index)
    views.i64[(inputBase + areaOffsets.i128) / 8 + 2 * index] = word
    views.i64[(inputBase + areaOffsets.i128) / 8 + 2 * index + 1] =
      index % 3 === 0 ? pick(extremes, index + 1) : word >> 63n
  }
  views.i64[constantAddresses[0]! / 8] = 12_345n
  views.i64[constantAddresses[1]! / 8] = -(2n ** 40n)
}

/** What a kernel left behind, as text in which every NaN is the same. `scratchSizeBytes`: of the module's own scratch area. */
export function snapshot(views: MemoryViews, scratchSizeBytes: number): string {
  const words = [...views.i32.subarray(inputBase / 4, (inputBase + inputSizeBytes) / 4)]
  for (let index = 0; index < areaElements; index++) {
    const at = areaOffsets.f64 / 4 + 2 * index
    const value = views.f64[(inputBase + areaOffsets.f64) / 8 + index]
    if (Number.isNaN(value)) words.splice(at, 2, -1, -1)
    if (Number.isNaN(views.f32[(inputBase + areaOffsets.f32) / 4 + index])) words[areaOffsets.f32 / 4 + index] = -1
  }
  const trace = views.i32.subarray(traceAddress / 4, traceAddress / 4 + 8)
  const scratch = views.i32.subarray(scratchBase / 4, (scratchBase + scratchSizeBytes) / 4)
  const output = createHash('sha256')
    .update(views.u8.subarray(outputBase, outputBase + outputSizeBytes))
    .digest('hex')
  return JSON.stringify({ words, trace: [...trace], scratch: [...scratch], output })
}

/** A memory of its own, and what units are bound to it with. */
export function makeBinding(): UnitBinding {
  const views = makeViews()
  return { views, library: makeTestLibrary(views), constants: constantAddresses, scratchBase }
}

/** Implementations that leave a trace of their arguments, so that a lost, doubled or reordered call shows. */
export function makeTestLibrary(views: MemoryViews): Library {
  const read = (address: number): bigint =>
    (views.i64[address / 8 + 1]! << 64n) | BigInt.asUintN(64, views.i64[address / 8]!)
  const write = (address: number, value: bigint): void => {
    views.i64[address / 8] = BigInt.asIntN(64, value)
    views.i64[address / 8 + 1] = BigInt.asIntN(64, value >> 64n)
  }
  const trace = (value: bigint): void => {
    const at = traceAddress / 8
    views.i64[at] = BigInt.asIntN(64, views.i64[at]! * 31n + value + 1n)
  }
  /** For functions that only set the fault cell: how often and with what, in whatever order. */
  const count = (value: bigint): void => {
    const at = traceAddress / 8 + 1
    views.i64[at] = BigInt.asIntN(64, views.i64[at]! + value * 7n + 1n)
  }
  const library = {
    row_error: (site: number, row: number) => trace(BigInt(site) * 1000n + BigInt(row)),
    decimal_neg: (a: number, out: number) => write(out, -read(a)),
    decimal_add: (a: number, aUp: number, b: number, bUp: number, precision: number, out: number) => {
      count(read(a) ^ BigInt(aUp))
      write(out, read(a) + read(b) * 3n + BigInt(bUp ^ precision))
    },
    decimal_compare: (a: number, b: number) => (read(a) < read(b) ? -1 : read(a) > read(b) ? 1 : 0),
    decimal_equal: (a: number, b: number) => read(a) === read(b),
    decimal_to_i64: (a: number, scale: number) => {
      count(BigInt(scale))
      return BigInt.asIntN(64, read(a))
    },
    decimal_from_u64: (a: bigint, out: number) => write(out, BigInt.asUintN(64, a)),
    f64_pow: (a: number, b: number) => a * 2 - b,
    i64_gcd: (a: bigint, b: bigint) => {
      count(a)
      return BigInt.asIntN(64, a ^ (b + 5n))
    },
    decimal_to_f64: (a: number, scale: number) => Number(read(a)) + scale,
  }
  return library as unknown as Library
}
