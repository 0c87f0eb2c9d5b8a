/** The largest units take some seconds. */
const answerMillisMax = 600_000

/**
 * Stands still until the count of answers is no longer `before`. The compile thread counts, then wakes: a caller that has seen the count may be woken
 * for that answer while it waits for the next, so being woken means nothing by itself.
 */
export function waitForAnswer(answers: Int32Array, before: number): void {
  const end = performance.now() + answerMillisMax
  for (let now = performance.now(); Atomics.load(answers, 0) === before && now < end; now = performance.now())
    Atomics.wait(answers, 0, before, end - now)
}
