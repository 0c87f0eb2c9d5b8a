/**
 * Millrace itself over the same columns: the compiled pipeline of each case, fed block by block through the graph. Filling the block
 * (what a decoder or a caller's push does) is outside of the timed region, as the other contenders' columns are in memory too; the
 * ingest kernel, the pipeline's kernels and everything between them are inside. Cases json and csv are the generated decoder.
 *
 * node bench/kernel/millrace.ts TIER CASE DIRECTORY ROWS PASSES
 */
import { argv } from 'node:process'
import { createColumnCase } from './millrace-case.ts'
import { createDecodeCase } from './millrace-decode.ts'

const [, , tier = '', name = '', directory = '', rowsText = '0', passesText = '1'] = argv
if (tier !== 'interpreter' && tier !== 'javascript') throw new Error(`no tier ${tier}`)
const request = { tier, name, directory, rows: Number(rowsText) } as const
const run = name === 'json' || name === 'csv' ? createDecodeCase(request) : createColumnCase(request)
const { hash } = run('hashed')
// the interpreter has nothing to warm up
const warmupPasses = tier === 'javascript' ? 3 : 0
for (let pass = 0; pass < warmupPasses; pass++) run('timed')
const nanos = Array.from({ length: Number(passesText) }, () => run('timed').nanos)
console.log(JSON.stringify({ nanos, hash }))
