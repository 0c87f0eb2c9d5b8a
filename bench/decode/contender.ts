/**
 * One contender in a process of its own: the bytes of ROWS bids to the columns auction, price and dateTime, REPEATS times per pass.
 * Prints {"nanos":[..],"hash":".."}, nanoseconds of one time over all rows.
 *
 * node bench/decode/contender.ts NAME FILE ROWS REPEATS PASSES
 */
import { argv } from 'node:process'
import { makeRun, runNames } from './runs.ts'

const [, , name = '', path = '', rowsText = '0', repeatsText = '1', passesText = '1'] = argv
const known = runNames.find((candidate) => candidate === name)
if (!known) throw new Error(`no contender ${name}`)
const run = await makeRun(known, { path, rows: Number(rowsText) })
const repeats = Number(repeatsText)
const pass = (): number => {
  let nanos = 0
  for (let repeat = 0; repeat < repeats; repeat++) nanos += run.once()
  return nanos / repeats
}
// V8 makes its best code in another thread, which takes a while for one large function such as the loop by hand.
const warm = performance.now() + 1000
do pass()
while (performance.now() < warm)
const nanos = Array.from({ length: Number(passesText) }, pass)
console.log(JSON.stringify({ nanos, hash: run.hash() }))
