/** The result hash of the kernel suite, the same function in every contender (bench/kernel/floor.c: mix). */
const mask = (1n << 64n) - 1n

export function mix(hash: bigint, value: bigint): bigint {
  const h = ((hash ^ (value & mask)) * 0x9e3779b97f4a7c15n) & mask
  return h ^ (h >> 29n)
}

const bits = new BigUint64Array(1)
const double = new Float64Array(bits.buffer)

/** Numbers count by their bits as doubles. */
export function hashOf(...values: readonly (bigint | number)[]): bigint {
  let hash = 1n
  for (const value of values) {
    if (typeof value === 'number') double[0] = value
    hash = mix(hash, typeof value === 'number' ? (bits[0] as bigint) : value)
  }
  return hash
}

/** Order-independent: rows may come in any order. */
export function hashSum(hashes: Iterable<bigint>): bigint {
  let sum = 0n
  for (const hash of hashes) sum = (sum + hash) & mask
  return sum
}
