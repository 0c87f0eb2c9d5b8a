/** Numbers below `below`, the same ones for the same seed. */
export type Random = (below: number) => number

export function generator(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((state >>> 0) / 4_294_967_296) * below)
  }
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random(values.length)] as T
}

/** Once in so many times. */
export function rarely(random: Random, times: number): boolean {
  return random(times) === 0
}
