/**
 * Question: what does one -2^63 do to comparisons over a BigInt64Array? (docs/decisions/0008-instant-bounds.md)
 * Run: node bench/decisions/bigint-feedback.ts
 */
const rows = 1024
const rounds = 3000
const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })
const i64 = new BigInt64Array(memory.buffer)
const left = 16_384
const right = 32_768

/** A new function each time, so that each has feedback of its own. */
function makeCounter(): (n: number) => number {
  return (n) => {
    let count = 0
    for (let i = 0; i < n; i++) if ((i64[left + i] as bigint) < (i64[right + i] as bigint)) count++
    return count
  }
}

function nanosPerRow(count: (n: number) => number, poison: bigint): number {
  for (let i = 0; i < rows; i++) {
    i64[left + i] = BigInt(i)
    i64[right + i] = BigInt((i * 7) % 1000)
  }
  i64[right] = poison
  for (let round = 0; round < rounds; round++) count(rows)
  i64[right] = 0n
  const start = performance.now()
  for (let round = 0; round < rounds; round++) count(rows)
  return ((performance.now() - start) * 1e6) / rounds / rows
}

// Feedback is per function text, so the undisturbed one runs first.
const undisturbed = nanosPerRow(makeCounter(), 0n)
const disturbed = nanosPerRow(makeCounter(), -(2n ** 63n))
console.log(JSON.stringify({ undisturbed, disturbed, ratio: disturbed / undisturbed }))
