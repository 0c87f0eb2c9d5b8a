/** Values at the edges of their types, the plainest first. */
export const i32s: readonly [number, ...number[]] = [0, 1, -1, 7, 31, 32, 2 ** 31 - 1, -(2 ** 31), 65_535, 1000]
export const i64s: readonly [bigint, ...bigint[]] = [
  0n,
  1n,
  -1n,
  63n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 31n,
  2n ** 32n,
  -5n,
  1_000_000n,
]
export const f64s: readonly [number, ...number[]] = [
  0,
  -0,
  1,
  0.5,
  -2.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 52 + 1,
  1e300,
]
