/**
 * Counter-based randomness: the draws of event n are a function of (seed, n) alone, so any event can be made without
 * the ones before it. 32-bit finalisers of the murmur3 class, which V8 compiles to a handful of machine instructions.
 */
export interface Draws {
  state: number
}

/** Restarts `draws` for event `n` (0 to 2^53). */
export function beginDraws(draws: Draws, seed: number, n: number): void {
  const high = Math.floor(n / 4_294_967_296)
  draws.state = mix(mix(seed ^ 0x9e3779b9) ^ mix((n | 0) + Math.imul(high, 0x85ebca6b)))
}

/** The next 32 random bits, as a signed integer. */
export function draw(draws: Draws): number {
  draws.state = (draws.state + 0x6d2b79f5) | 0
  return mix(draws.state)
}

/** A whole number from 0 to `bound` - 1; `bound` at most 2^31. The bias is below `bound` / 2^32. */
export function drawBelow(draws: Draws, bound: number): number {
  return Math.floor(((draw(draws) >>> 0) * bound) / 4_294_967_296)
}

/** From 0 (in) to 1 (out). */
export function drawFraction(draws: Draws): number {
  return (draw(draws) >>> 0) / 4_294_967_296
}

function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}
