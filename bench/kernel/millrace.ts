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
import { benchTiers, loadTier } from './tiers.ts'

const [, , tier = '', name = '', directory = '', rowsText = '0', passesText = '1'] = argv
const known = benchTiers.find((candidate) => candidate === tier)
if (!known) throw new Error(`no tier ${tier}`)
const request = { instantiate: await loadTier(known), name, directory, rows: Number(rowsText) }
const run = name === 'json' || name === 'csv' ? createDecodeCase(request) : createColumnCase(request)
const { hash } = run('hashed')
// V8 compiles in threads of its own, for which a fast case may be over too soon; the interpreter has nothing to warm up
const warmUntil = performance.now() + (tier === 'interpreter' ? 0 : 1000)
while (performance.now() < warmUntil) run('timed')
const nanos = Array.from({ length: Number(passesText) }, () => {
  // the memory of the pass before, as the floor frees its own
  globalThis.gc?.()
  // right behind another pass, as the floor's are: collecting has emptied the caches, which a pass of a millisecond would pay for
  run('timed')
  return run('timed').nanos
})
console.log(JSON.stringify({ nanos, hash }))
