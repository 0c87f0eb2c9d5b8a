import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
  }, 60_000)

  const outputOf = async (path: string): Promise<unknown> => {
    const { status, stdout, stderr } = await runNode(['--disallow-code-generation-from-strings', path])
    expect([status, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }

  it('runs it inside of another program', async () => {
    expect(await outputOf(main)).toEqual(expected)
  })

  it('does what the guide says', { timeout: 60_000 }, async () => {
    const guide = await readFile(new URL('../../../docs/guide/ahead-of-time.md', import.meta.url), 'utf8')
    const block = (info: string): string =>
      new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1] ?? ''
    await compiled(block('sql'), join(folder, 'build/payments'))
    const path = join(folder, 'guide.mjs')
    await writeFile(path, block('js runnable'))
    const { stdout, stderr } = await runNode([path])
    expect([stderr, stdout]).toEqual(['', block('text printed')])
  })

  it('has types', { timeout: 60_000 }, async () => {
    const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
    const check = async (name: string, line: string) => {
      const path = join(folder, `${name}.mts`)
      const use = `const p = await open({ tier: 'wasm' })\np.source<{ a: bigint }>('s').push([{ a: 1n }])`
      await writeFile(path, `import { open } from './artifact/index.mjs'\n${use}\n${line}\nexport {}\n`)
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', '']
      return await runNode([compiler, ...flags, path], { cwd: folder })
    }
    expect(
      (await check('right', `for await (const { kind, row } of p.results<{ n: bigint }>()) kind === 'insert' && row.n`))
        .stdout,
    ).toBe('')
    expect((await check('wrong', `await open({ tier: 'interpreter' })`)).stdout).toContain('TS2322')
  })

  it('runs it in WebAssembly', async () => {
    const path = join(folder, 'wasm.mjs')
    await writeFile(path, user(`{ tier: 'wasm' }`))
    expect(await outputOf(path)).toEqual(expected)
  })

  it('can be bundled by esbuild, into one file', { timeout: 60_000 }, async () => {
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

  it(
    'can be bundled by rollup, and run in WebAssembly when the units are beside the bundle',
    { timeout: 60_000 },
    async () => {
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
    },
  )
})
