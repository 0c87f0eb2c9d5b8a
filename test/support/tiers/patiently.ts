/** Longer than another thread's compiler takes on a machine that does other things beside it; less than the timeout of a test. */
const patienceMillis = 240_000

/** `enough`, or the end of all patience, counted from now: what a test then finds missing says more than its timeout would. */
export function patiently<Seen extends unknown[]>(enough: (...seen: Seen) => boolean): (...seen: Seen) => boolean {
  const end = performance.now() + patienceMillis
  return (...seen) => enough(...seen) || performance.now() > end
}
