/**
 * One contender in a process of its own: the bytes of ROWS bids to the columns auction, price and dateTime, REPEATS times per pass.
 * Prints {"nanos":[..],"hash":".."}, nanoseconds of one time over all rows.
 *
 * node bench/decode/contender.ts NAME FILE ROWS REPEATS PASSES
 */
import { argv } from 'node:process'
import { printPasses } from '../lib/passes.ts'
import { makeRun, runNames } from './runs.ts'

const [, , name = '', path = '', rowsText = '0', repeatsText = '1', passesText = '1'] = argv
const known = runNames.find((candidate) => candidate === name)
if (!known) throw new Error(`no contender ${name}`)
const run = await makeRun(known, { path, rows: Number(rowsText) })
printPasses(run, { repeats: Number(repeatsText), passes: Number(passesText) })
