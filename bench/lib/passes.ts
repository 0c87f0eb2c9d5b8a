/** What a contender runs over and over. */
export interface Run {
  /** Once over all rows; nanoseconds. */
  once(): number
  /** Of the result. */
  hash(): string
}

/** V8 makes its best code in another thread, which takes a while for one large function. */
const warmMillis = 1000

/** Runs it `repeats` times a pass, first until V8 has made its code. Prints what `Measurement` is read from, nanoseconds of one time. */
export function printPasses(run: Run, { repeats, passes }: { repeats: number; passes: number }): void {
  const pass = (): number => {
    let nanos = 0
    for (let repeat = 0; repeat < repeats; repeat++) nanos += run.once()
    return nanos / repeats
  }
  const warm = performance.now() + warmMillis
  do pass()
  while (performance.now() < warm)
  const nanos = Array.from({ length: passes }, pass)
  console.log(JSON.stringify({ nanos, hash: run.hash() }))
}
