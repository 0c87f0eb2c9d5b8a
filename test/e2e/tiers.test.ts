import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'
import { runCli } from '../support/run-cli.ts'

const support = join(import.meta.dirname, '..', 'support', 'tiers')
const program = (events: number): string => `
  CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR, "dateTime" TIMESTAMP NOT NULL, extra VARCHAR,
    WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4' SECOND)
    WITH (connector = 'nexmark', stream = 'bid', events = ${events}, seed = 3, first_event_rate = 20000);
  CREATE MATERIALIZED VIEW busy AS
    SELECT window_start, auction, count(*) AS n, sum(price) AS total, min(url) AS first_url, max(price) AS high
    FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) WHERE price > 500 GROUP BY window_start, window_end, auction HAVING count(*) > 3`

async function resultIn(options: Parameters<typeof Millrace.open>[0]) {
  await using db = await Millrace.open(options)
  await db.execute(program(200_000))
  await db.drain()
  const rows = await db.query<Record<string, unknown>>('SELECT * FROM busy')
  return { rows: rows.map((row) => Object.values(row).join('|')).toSorted(), metrics: db.metrics() }
}

/** Runs warm-up.ts in a process of its own with these flags of Node. */
async function warmUp(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(support, 'warm-up.ts')], {
    env: { ...process.env, ...environment },
  })
  return JSON.parse(stdout) as {
    readonly tierAtStart: string
    readonly tier: { readonly reason: string; readonly codeBytes: number }
    readonly tiers: { readonly compiles: number; readonly swaps: number; readonly swapMillisMax: number }
  }
}

describe('tiers', () => {
  it('give the same rows, also when units change their tier all the time', async () => {
    const fixed = await resultIn({ tier: 'javascript' })
    const wasm = await resultIn({ tier: 'wasm' })
    const changing = await resultIn({ swapSeed: 7 })
    expect(fixed.rows.length).toBeGreaterThan(100)
    expect(wasm.rows).toEqual(fixed.rows)
    expect(changing.rows).toEqual(fixed.rows)
    expect(fixed.metrics.tiers).toBeNull()
    expect(changing.metrics.tiers?.swaps).toBeGreaterThan(50)
    expect(changing.metrics.tiers?.deoptimisations).toBeGreaterThan(50)
  })

  it('share a table while its index is being replaced', async () => {
    const rows = Array.from({ length: 150_000 }, (_, row) => ({ k: (row * 7919) % 90_001, a: row % 1000 }))
    const groupsIn = async (options: Parameters<typeof Millrace.open>[0]) => {
      await using db = await Millrace.open({ ...options, settings: { unbounded_state: 'allow' } })
      await db.execute(`CREATE SOURCE t (k BIGINT NOT NULL, a BIGINT NOT NULL);
        CREATE MATERIALIZED VIEW groups AS SELECT k, count(*) AS n, sum(a) AS total FROM t GROUP BY k;
        CREATE MATERIALIZED VIEW sizes AS SELECT n, count(*) AS groups, sum(total) AS total FROM groups GROUP BY n;
        CREATE MATERIALIZED VIEW keys AS SELECT count(DISTINCT k) AS n FROM t`)
      const source = db.source('t')
      for (let from = 0; from < rows.length; from += 5000) {
        const part = rows.slice(from, from + 5000)
        const k = BigInt64Array.from(part, (row) => BigInt(row.k))
        const a = BigInt64Array.from(part, (row) => BigInt(row.a))
        while (!source.pushColumns({ k, a }, part.length)) await source.ready()
      }
      await db.drain()
      const read = async (view: string): Promise<readonly string[]> => {
        const found = await db.query<Record<string, unknown>>(`SELECT * FROM ${view}`)
        return found.map((row) => Object.values(row).join('|')).toSorted()
      }
      return { groups: await read('groups'), sizes: await read('sizes'), keys: await read('keys') }
    }
    const byKey = Map.groupBy(rows, ({ k }) => k)
    const expected = [...byKey].map(([k, list]) => `${k}|${list.length}|${list.reduce((sum, { a }) => sum + a, 0)}`)
    for (const options of [{ tier: 'javascript' }, { tier: 'wasm' }, { swapSeed: 11 }] as const) {
      const { groups, sizes, keys } = await groupsIn(options)
      expect(groups, JSON.stringify(options)).toEqual(expected.toSorted())
      expect(keys).toEqual([String(byKey.size)])
      const ofSize = (n: number): readonly (readonly { readonly a: number }[])[] =>
        [...byKey.values()].filter((list) => list.length === n)
      const sumOf = (lists: ReturnType<typeof ofSize>): number => lists.flat().reduce((sum, { a }) => sum + a, 0)
      expect(sizes).toEqual([1, 2].map((n) => `${n}|${ofSize(n).length}|${sumOf(ofSize(n))}`))
    }
  })

  it('say which one code runs in and why', async () => {
    const reasonOf = async (options: Parameters<typeof Millrace.open>[0]): Promise<string | undefined> => {
      await using db = await Millrace.open(options)
      await db.execute(`CREATE SOURCE t (a BIGINT); CREATE MATERIALIZED VIEW s AS SELECT a + 1 AS b FROM t`)
      return db.metrics().queries[0]?.operators[0]?.tier.reason
    }
    expect(await reasonOf({})).toBe('not hot: has run 0 ms for 0 rows, WebAssembly comes after 700 ms')
    expect(await reasonOf({ settings: { warm_up: '5 s' } })).toMatch('after 5000 ms')
    expect(await reasonOf({ settings: { warm_up: 'off' } })).toBe("SET warm_up = 'off'")
    expect(await reasonOf({ tier: 'javascript' })).toBe("tier 'javascript' was asked for")
  })

  it('warm up without Binaryen in the thread that runs queries', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'millrace-loaded-')), 'modules.txt')
    const { tierAtStart, tier, tiers } = await warmUp(['--import', join(support, 'record-modules.mjs')], {
      LOADED_MODULES: file,
    })
    expect(tierAtStart).toBe('javascript')
    expect(tier.reason).toMatch(/^hot/)
    expect(tier.codeBytes).toBeGreaterThan(100)
    expect(tiers.compiles).toBeGreaterThan(0)
    expect(tiers.swaps).toBeGreaterThan(0)
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    const loadedBy = (thread: string): string => lines.filter((line) => line.startsWith(`${thread} `)).join('\n')
    expect(loadedBy('0')).toContain('/sql/planner/')
    expect(loadedBy('0')).not.toMatch(/\/(binaryen|acorn)\/|codegen\/wasm\/(module|unit)\.ts/)
    expect(loadedBy('1')).toMatch(/\/binaryen\//)
    expect(loadedBy('1')).not.toMatch(
      /\/(acorn|apache-arrow)\/|\/sql\/planner\/|\/compiler\/|codegen\/lowering|runtime\/dataflow/,
    )
  })

  it('compile for tier wasm in another thread, and not at all what a cache holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-loaded-'))
    const run = async (file: string) => {
      const recorded = join(folder, file)
      const flags = ['--tier', 'wasm', '--set', `artifact_cache=${join(folder, 'cache')}`, '--progress', 'always']
      const { stdout, stderr } = await runCli(['run', ...flags, '--execute', `${program(2000)}; SELECT * FROM busy`], {
        node: ['--import', join(support, 'record-modules.mjs')],
        environment: { LOADED_MODULES: recorded },
      })
      expect(stderr).toContain(', wasm tier, ')
      const generators = /\/(binaryen|acorn)\/|codegen\/wasm\/(?!module-name)/
      const loaded = readFileSync(recorded, 'utf8').split('\n')
      return { stdout, generators: loaded.filter((line) => generators.test(line)) }
    }
    const first = await run('first.txt')
    expect(first.generators.join('\n')).toContain('/binaryen/')
    expect(first.generators.filter((line) => line.startsWith('0 '))).toEqual([])
    const second = await run('second.txt')
    expect(second.stdout).toBe(first.stdout)
    expect(second.generators).toEqual([])
  })

  it('warm up from the interpreter where code from strings is forbidden', async () => {
    const { tierAtStart, tiers } = await warmUp(['--disallow-code-generation-from-strings'])
    expect(tierAtStart).toBe('interpreter')
    expect(tiers.swaps).toBeGreaterThan(0)
  })

  it('are counted by EXPLAIN ANALYZE and shown in the summary of a run', async () => {
    const text = `EXPLAIN ANALYZE SELECT auction, count(*) AS n FROM bid GROUP BY auction`
    const flags = ['--set', 'warm_up=1 h', '--format', 'csv']
    const explained = await runCli(['run', '--execute', `${program(20_000)}; ${text}`, ...flags])
    expect(explained.stderr).toBe('')
    expect(explained.stdout).toMatch(
      /javascript tier: not hot: has run \d+ ms for [\d,]+ rows, WebAssembly comes after 3600000 ms/,
    )
    expect(explained.stdout).toMatch(/bid: 18,400 rows in, 18,400 out, javascript tier: not hot/)
    expect(explained.stdout).toContain(
      'Tiers: 0 compiles in 0 ms beside the queries, 0 bytes of code, 0 swaps, 0 deoptimisations',
    )
    const ran = await runCli(['run', '--progress', 'always', '--execute', program(2000)])
    expect(ran.stderr).toMatch(/, javascript tier, /)
  })
})
