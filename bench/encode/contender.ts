/**
 * One contender in a process of its own: ROWS rows of a result to the bytes of FORMAT, REPEATS times per pass.
 * Prints {"nanos":[..],"hash":".."}, nanoseconds of one time over all rows.
 *
 * node bench/encode/contender.ts NAME FORMAT FILE ROWS REPEATS PASSES
 */
import { argv } from 'node:process'
import { printPasses } from '../lib/passes.ts'
import { makeRun, runNames } from './runs.ts'

const [, , name = '', format = '', path = '', rowsText = '0', repeatsText = '1', passesText = '1'] = argv
const known = runNames.find((candidate) => candidate === name)
if (!known) throw new Error(`no contender ${name}`)
if (format !== 'csv' && format !== 'json') throw new Error(`no format ${format}`)
const run = await makeRun(known, { path, rows: Number(rowsText), format })
printPasses(run, { repeats: Number(repeatsText), passes: Number(passesText) })
