import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { jsonLines, runCli, runCommands, tiers } from '../support/run-cli.ts'

const examples = fileURLToPath(new URL('../../docs/examples', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'millrace-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Binaryen's. */
const assembler = fileURLToPath(new URL('../../node_modules/binaryen/bin/wasm-as', import.meta.url))
const features = ['simd', 'threads', 'bulk-memory', 'sign-ext', 'mutable-globals', 'nontrapping-float-to-int']
  .concat('multivalue', 'reference-types')
  .map((name) => `--enable-${name}`)

interface Expected {
  readonly input?: string
  /** A line that must be among the output's. */
  readonly line: object
  readonly count: number
}

const expected: Readonly<Record<string, Expected>> = {
  'auctions.sql': {
    count: 120,
    line: {
      window_start: '2015-07-15T00:00:00',
      auction: 1000,
      bids: 614,
      lowest: 1043,
      average: 8871167.06514658,
      highest: 99896306,
    },
  },
  'csv.sql': { count: 5, line: { station: 'Oslo', day: '2026-01-02', fahrenheit: 15.4, note: '"polar" night' } },
  'dead-letters.sql': { count: 6, line: { object: 'orders', code: 'invalid_json', line: 4, row: 'this is not JSON' } },
  'distinct-having.sql': { count: 6, line: { channel: 'other' } },
  'files.sql': { count: 7, line: { minute: '2026-03-01T09:00:00', page: '/docs', visits: 2, users: 2, millis: 217.5 } },
  'stdin.sql': {
    input: '{"path":"/a","millis":700}\n{"path":"/b","millis":3}\n',
    count: 1,
    line: { insert: { path: '/a', slow: 1, slowest: 700 } },
  },
  'union.sql': { count: 4, line: { window_start: '2015-07-15T00:00:10', action: 'sell', actions: 600, people: 122 } },
  'view.sql': { count: 3, line: { account: 'bob', balance: 100, payments: 2 } },
}

describe('the example programs', () => {
  it('are all here', () => {
    expect(
      readdirSync(examples)
        .filter((name) => name.endsWith('.sql'))
        .toSorted(),
    ).toEqual(Object.keys(expected).toSorted())
  })

  it.for(Object.entries(expected))('%s prints what it says', async ([name, { input = '', line, count }]) => {
    const out = join(folder, `${name}.ndjson`)
    const { status, stdout, stderr } = await runCli(['run', join(examples, name), '--var', `OUT=${out}`], { input })
    expect([status, stderr]).toEqual([0, ''])
    const lines = jsonLines(stdout === '' ? readFileSync(out, 'utf8') : stdout)
    expect(lines).toContainEqual(line)
    expect(lines).toHaveLength(count)
  })

  const names = Object.keys(expected).filter((name) => expected[name]?.input === undefined)

  // with fewer rows: the interpreter is no place for many
  it('print the same in every tier', async () => {
    const printed = tiers.map(async (tier) => {
      const out = (name: string): string => join(folder, `${tier}-${name}.ndjson`)
      const results = await runCommands(
        names.map((name) => ['run', '-e', fewRows(name), '--tier', tier, '--var', `OUT=${out(name)}`]),
      )
      return results.map(({ stdout }, index) => {
        const name = names[index] ?? ''
        return { name, output: stdout === '' ? readFileSync(out(name), 'utf8') : stdout }
      })
    })
    const [javascript = [], ...others] = await Promise.all(printed)
    for (const other of others) expect(other).toEqual(javascript)
    expect(javascript.filter(({ output }) => output === '')).toEqual([])
  })

  it('run where they were asked to, each unit, and say what is left to calls', async () => {
    const analyses = await analysesIn('wasm')
    const units = analyses.flatMap(({ pipelines, sources }) => [...pipelines, ...sources])
    expect(units.length).toBeGreaterThan(names.length)
    expect(new Set(units.map((unit) => unit.tier.tier))).toEqual(new Set(['wasm']))
    expect(units.flatMap((unit) => unit.tier.calls)).toContain('json_record')
  })

  it('show WebAssembly that is text of what runs: it assembles, and calls what is named', async () => {
    const flags = ['--level', 'wasm', '--format', 'json', '--var', 'OUT=x']
    const shown = await runCommands(['files.sql'].map((name) => ['explain', join(examples, name), ...flags]))
    const units = shown.flatMap(({ stdout }) => (JSON.parse(stdout) as Shown).statements.flatMap((each) => each.units))
    expect(units.length).toBeGreaterThan(1)
    await Promise.all(
      units.map(async ({ source, imports }, index) => {
        const file = join(folder, `unit-${index}.wat`)
        writeFileSync(file, source)
        await promisify(execFile)(process.execPath, [assembler, ...features, file, '-o', `${file}.wasm`])
        const found = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(`${file}.wasm`)))
        const called = found.filter(({ module }) => module === 'library').map(({ name }) => name)
        expect(called.toSorted()).toEqual(imports.map(({ name }) => name).toSorted())
        expect(source).toMatch(/^;; [\w ]+ \d+:\d+\n\(module\n/)
      }),
    )
  })

  interface Shown {
    readonly statements: readonly {
      readonly units: readonly { readonly source: string; readonly imports: readonly { readonly name: string }[] }[]
    }[]
  }

  interface Analysis {
    readonly pipelines: readonly { readonly tier: UnitTier }[]
    readonly sources: readonly { readonly tier: UnitTier }[]
  }

  interface UnitTier {
    readonly tier: string
    readonly calls: readonly string[]
  }

  async function analysesIn(tier: string): Promise<readonly Analysis[]> {
    const flags = ['--analyze', '--format', 'json', '--tier', tier, '--var', `OUT=${join(folder, 'analyzed.ndjson')}`]
    const results = await runCommands(names.map((name) => ['explain', '-e', fewRows(name), ...flags]))
    return results.flatMap(({ stdout }) => {
      // what the program itself prints comes before
      const text = stdout.trimEnd().split('\n').at(-1) ?? ''
      const { statements } = JSON.parse(text) as { statements: { analyze?: Analysis }[] }
      return statements.flatMap(({ analyze }) => analyze ?? [])
    })
  }
})

function fewRows(name: string): string {
  return readFileSync(join(examples, name), 'utf8')
    .replaceAll(/events = (\d+)000\b/g, 'events = $100')
    .replaceAll(/>= (\d+)0\b/g, '>= $1')
}
