import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { build } from 'esbuild'
import { rollup } from '@rollup/wasm-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { compiled, keptFolder, runNode } from '../../support/artifact.ts'

const program = `
  CREATE SOURCE payment (account VARCHAR, amount BIGINT);
  CREATE MATERIALIZED VIEW balance AS SELECT account, sum(amount) AS total FROM payment GROUP BY account;
  CREATE STREAM large AS SELECT account, amount FROM payment WHERE amount > 100;
  CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 50, seed = 5);
  SELECT count(*) AS bids FROM bid WHERE price > 0 GROUP BY auction - auction`

/** A user's program. It pushes, follows a stream, a view and the final SELECT, and meets the errors there are. */
const user = (options: string) => `
import { open } from './artifact/index.mjs'

await using db = await open(${options})
const large = []
db.subscribe('large', ({ kind, row }) => large.push([kind, row.account, String(row.amount)]))
const payments = db.source('payment')
payments.push([{ account: 'ann', amount: 70n }, { account: 'bob', amount: 700n }])
payments.push({ account: 'ann', amount: 7n })
await db.drain()
const balance = new Map()
for await (const { kind, row } of db.subscribe('balance')) {
  if (kind === 'insert') balance.set(row.account, String(row.total))
  if (balance.size === 2) break
}
let bids = null
for await (const { kind, row } of db.results()) if (kind === 'insert') bids = String(row.bids)
const errors = []
for (const attempt of [() => db.subscribe('bid', () => {}), () => db.subscribe('SELECT 1'), () => db.source('nothing'), () => db.source('bid')]) {
  try { attempt() } catch (error) { errors.push(error.code) }
}
console.log(JSON.stringify({ large, balance: [...balance].sort(), bids, errors, rows: db.metrics().sources.find(({ name }) => name === 'payment').rowsIn }))
`

const expected = {
  large: [['insert', 'bob', '700']],
  balance: [
    ['ann', '77'],
    ['bob', '700'],
  ],
  bids: '46',
  errors: ['columns_not_compiled', 'planner_absent', 'unknown_object', 'not_pushable'],
  rows: 3,
}

describe('importing an artifact', () => {
  const folder = keptFolder()
  const main = join(folder, 'main.mjs')

  beforeAll(async () => {
    await compiled(program, join(folder, 'artifact'))
    await writeFile(main, user('{}'))
  })

  const outputOf = async (path: string): Promise<unknown> => {
    const { status, stdout, stderr } = await runNode(['--disallow-code-generation-from-strings', path])
    expect([status, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }

  it('runs it inside of another program', async () => {
    expect(await outputOf(main)).toEqual(expected)
  })

  it('has types', async () => {
    const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
    await writeFile(
      join(folder, 'right.mts'),
      `import { open } from './artifact/index.mjs'
      const p = await open({ tier: 'wasm', units: new URL('./units/', import.meta.url) })
      p.source<{ a: bigint }>('s').push([{ a: 1n }])
      p.source('s').pushColumns({ a: BigInt64Array.of(1n) }, 1)
      for await (const { kind, row } of p.results<{ n: bigint }>()) kind === 'insert' && row.n
      for await (const table of p.subscribe('large', { batches: true })) table satisfies object
      p.subscribe('large', ({ row }) => row['account'], { snapshot: false }).unsubscribe()
      await using changes = p.subscribe('large')
      console.log(changes.waiting, p.metrics().sources[0]?.rowsIn)`,
    )
    await writeFile(
      join(folder, 'wrong.mts'),
      `import { open } from './artifact/index.mjs'\nawait open({ tier: 'interpreter' })\n`,
    )
    // what is declared is what there is
    const program = fileURLToPath(new URL('../../../runtime/engine/artifact/open-program.ts', import.meta.url))
    await writeFile(
      join(folder, 'same.mts'),
      `import type * as declared from './artifact/index.mjs'
      import type { CompiledProgram, OpenProgramOptions } from ${JSON.stringify(program)}
      export const options = (given: declared.OpenOptions): OpenProgramOptions => given
      export const program = (opened: CompiledProgram): declared.CompiledProgram => opened`,
    )
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--module', 'nodenext']
    const types = ['--allowImportingTsExtensions', '--target', 'esnext', '--lib', 'esnext,dom', '--types', 'node']
    const roots = ['--typeRoots', fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))]
    const check = async (...names: readonly string[]) =>
      await runNode([compiler, ...flags, ...types, ...roots, ...names.map((name) => `${name}.mts`)], { cwd: folder })
    expect((await check('right', 'same')).stdout).toBe('')
    expect((await check('wrong')).stdout).toContain('TS2322')
  })

  it('runs it in WebAssembly', async () => {
    const path = join(folder, 'wasm.mjs')
    await writeFile(path, user(`{ tier: 'wasm' }`))
    expect(await outputOf(path)).toEqual(expected)
  })

  it('can be bundled by esbuild, into one file', async () => {
    const outfile = join(folder, 'esbuild/bundle.mjs')
    await build({
      entryPoints: [main],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      outfile,
      logLevel: 'silent',
    })
    expect(await outputOf(outfile)).toEqual(expected)
  })

  it('can be bundled as CommonJS', async () => {
    const entry = join(folder, 'common.mjs')
    await writeFile(
      entry,
      `import { open } from './artifact/index.mjs'
      async function count(options) {
        const db = await open(options)
        let bids = null
        for await (const { row } of db.results()) bids = String(row.bids)
        await db.close()
        return bids
      }
      const fail = (error) => error.code + ' ' + error.message
      const all = [{}, { tier: 'wasm' }, { tier: 'wasm', units: process.argv[2] }].map((each) => count(each).catch(fail))
      Promise.all(all).then((found) => console.log(JSON.stringify(found)))`,
    )
    const outfile = join(folder, 'common/bundle.cjs')
    await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'silent' })
    const { stdout, stderr } = await runNode([outfile, join(folder, 'artifact/units')])
    const missing = 'artifact_corrupt the artifact is damaged: units/00-0.wasm is missing'
    expect([stderr, JSON.parse(stdout)]).toEqual(['', [expected.bids, missing, expected.bids]])
  })

  it('runs beside others, in one bundle and in worker threads, and never with their code', async () => {
    await compiled('SELECT 6 * 7 AS answer', join(folder, 'second'))
    const entry = join(folder, 'two.mjs')
    await writeFile(
      entry,
      `import { isMainThread, Worker } from 'node:worker_threads'
      import { open as first } from './artifact/index.mjs'
      import { open as second } from './second/index.mjs'
      const resultsOf = async (opened) => {
        await using db = await opened
        for await (const { row } of db.results()) if (!Object.values(row).includes(0n)) return Object.values(row).map(String).join()
      }
      const [, , units, others] = process.argv
      const found = await Promise.all([
        resultsOf(first({ tier: 'wasm', units })), resultsOf(second({ tier: 'wasm', units: others })),
        resultsOf(first()), resultsOf(second()),
        resultsOf(second({ tier: 'wasm', units })).catch(({ code }) => code),
      ])
      console.log(found.join(' '))
      if (isMainThread) new Worker(new URL(import.meta.url), { argv: [units, others] })`,
    )
    const outfile = join(folder, 'two/bundle.mjs')
    await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'silent' })
    const { stdout, stderr } = await runNode([outfile, join(folder, 'artifact/units'), join(folder, 'second/units')])
    const line = `${expected.bids} 42 ${expected.bids} 42 artifact_corrupt\n`
    expect([stderr, stdout]).toEqual(['', line + line])
  })

  it('refuses options that it does not have', async () => {
    const { stdout } = await runNode([
      '--input-type=module',
      '-e',
      `import { open } from ${JSON.stringify(join(folder, 'artifact/index.mjs'))}
      for (const options of [{ tier: 'auto' }, { workers: 0 }, { settings: { warm_up: '1 second' } }])
        await open(options).catch(({ code }) => console.log(code))`,
    ])
    expect(stdout.split('\n')).toEqual(['invalid_option_value', 'unknown_option', 'compiled_setting', ''])
  })

  it('takes Arrow when it was opened for it, and says how otherwise', async () => {
    const rows = join(folder, 'rows.arrow')
    await writeFile(rows, tableToIPC(tableFromArrays({ account: ['eve'], amount: BigInt64Array.of(900n) })))
    const { stdout } = await runNode([
      '--input-type=module',
      '-e',
      `import { readFileSync } from 'node:fs'
      import { open } from ${JSON.stringify(join(folder, 'artifact/index.mjs'))}
      const bytes = readFileSync(${JSON.stringify(rows)})
      for (const arrow of [false, true]) {
        await using db = await open({ arrow })
        db.subscribe('large', ({ row }) => console.log(row.account))
        try { db.source('payment').pushArrow(bytes) } catch ({ code, diagnostics }) { console.log(code, diagnostics[0].hint) }
        await db.drain()
      }`,
    ])
    expect(stdout).toBe('unsupported_feature open the program with arrow: true\neve\n')
  })

  it('can be bundled by rollup, and run in WebAssembly when the units are beside the bundle', async () => {
    const path = join(folder, 'wasm.mjs')
    const bundle = await rollup({ input: path, external: /^node:/, onLog: () => {} })
    const dir = join(folder, 'rollup')
    await bundle.write({ dir, format: 'esm' })
    const missing = await runNode([join(dir, 'wasm.js')])
    expect(missing.stderr).toContain('units/00-0.wasm is missing')
    await mkdir(join(dir, 'units'), { recursive: true })
    await cp(join(folder, 'artifact/units'), join(dir, 'units'), { recursive: true })
    await writeFile(join(dir, 'package.json'), '{"type":"module"}')
    expect(await outputOf(join(dir, 'wasm.js'))).toEqual(expected)
  })
})
