import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Millrace, type OpenOptions } from '../../../index.ts'
import { ArtifactCache } from './artifact-cache.ts'
import { CacheFolder } from './cache-folder.ts'
import { LeastRecent } from './least-recent.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-cache-'))
afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
})

let counter = 0
/** A program that no test before has had compiled. */
function program(): string {
  const limit = 1_000_000 + counter++
  return `CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 400, seed = 5);
    CREATE MATERIALIZED VIEW dear AS SELECT auction, count(*) AS n, sum(price) AS total FROM bid WHERE price > ${limit} GROUP BY auction`
}

async function outcome(sql: string, options: OpenOptions = {}) {
  await using db = await Millrace.open(options)
  await db.execute(sql)
  await db.drain()
  const rows = await db.query('SELECT count(*) AS n, sum(total) AS total FROM dear')
  return { rows, artifacts: db.metrics().artifacts }
}

/** As another process would meet the folder: nothing of this statement is in memory. */
async function elsewhere(sql: string, options: OpenOptions) {
  const others = Array.from(
    { length: 70 },
    (_, index) => `CREATE STREAM s${index} AS SELECT auction + ${counter++} AS a FROM bid`,
  )
  await using db = await Millrace.open()
  const source = `CREATE SOURCE bid (auction BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 1)`
  await db.execute(source)
  await db.execute(others.join(';'))
  for (const [index] of others.entries()) db.subscribe(`s${index}`)
  return await outcome(sql, options)
}

describe('what has been compiled', () => {
  it('is not compiled again in the same process', async () => {
    const sql = program()
    const first = await outcome(sql)
    expect(first.artifacts.compiled).toBeGreaterThanOrEqual(2)
    const second = await outcome(sql)
    expect(second.rows).toEqual(first.rows)
    expect(second.artifacts).toMatchObject({ compiled: 0, diskHits: 0 })
    expect(second.artifacts.memoryHits).toBeGreaterThanOrEqual(3)
  })

  it.for(['javascript', 'wasm'] as const)('is kept on disk, for later processes (%s)', async (tier) => {
    const sql = program()
    const options = { tier, settings: { artifact_cache: folder } }
    const first = await outcome(sql, options)
    const wasm = readdirSync(folder).filter((name) => name.endsWith('.wasm'))
    expect(wasm.length > 0).toBe(tier === 'wasm')
    const second = await elsewhere(sql, options)
    expect(second.rows).toEqual(first.rows)
    expect(second.artifacts.diskHits).toBeGreaterThanOrEqual(2)
    expect(second.artifacts.poisoned).toBe(0)
    expect(second.artifacts.modulesRead).toBe(tier === 'wasm' ? wasm.length : 0)
    expect(second.artifacts.compiled).toBe(0)
  })

  it.for([
    ['a flipped bit', (bytes: Buffer) => bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 4 : byte))],
    ['a file cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['an empty file', () => Buffer.alloc(0)],
  ] as const)('is checked: %s is found, counted and made good', async ([, bend]) => {
    const sql = program()
    const options = { tier: 'wasm', settings: { artifact_cache: folder } } as const
    const first = await outcome(sql, options)
    const names = readdirSync(folder)
    const intact = new Map(names.map((name) => [name, readFileSync(join(folder, name))]))
    for (const [name, bytes] of intact) writeFileSync(join(folder, name), bend(bytes))
    const second = await elsewhere(sql, options)
    expect(second.rows).toEqual(first.rows)
    expect(second.artifacts.poisoned).toBe(names.length)
    expect(second.artifacts.diskHits).toBe(0)
    for (const [name, bytes] of intact) expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true)
  })

  it('is not taken for something else, whatever its file is called', () => {
    const cache = new CacheFolder(folder)
    expect(cache.write('a.json', Buffer.from('A'))).toBeNull()
    const [name = ''] = readdirSync(folder)
    writeFileSync(join(folder, name.replace('a.json', 'b.json')), readFileSync(join(folder, name)))
    expect(cache.read('a.json')).toMatchObject({ kind: 'found' })
    expect(cache.read('b.json')).toEqual({ kind: 'poisoned' })
    expect(cache.read('b.json')).toEqual({ kind: 'absent' })
  })

  it('costs time where it cannot be kept, and one warning', async () => {
    const sql = program()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const below = join(file, 'below')
    const warnings: string[] = []
    const nothing = () => {}
    const logger = { debug: nothing, info: nothing, warn: (text: string) => warnings.push(text), error: nothing }
    const { artifacts } = await outcome(sql, { settings: { artifact_cache: below }, logger })
    expect(artifacts).toMatchObject({ diskHits: 0, poisoned: 0 })
    expect(artifacts.unwritten).toBeGreaterThanOrEqual(2)
    expect(warnings).toEqual([`the artifact cache ${below} cannot be written: ENOTDIR: not a directory`])
  })

  it('is set and unset by SET', async () => {
    await using db = await Millrace.open()
    await db.execute(`SET artifact_cache = '${folder}'; CREATE SOURCE s (a BIGINT); SET artifact_cache = 'off'`)
    expect(readdirSync(folder)).toHaveLength(2)
    const origin = async () => await db.explain('SELECT 1 AS one', { analyze: true })
    expect(await origin()).toMatch(/Code: (compiled|from memory) in/)
    expect(await origin()).toContain('Code: from memory')
  })
})

describe('ArtifactCache', () => {
  it('without memory makes everything anew', () => {
    const cache = new ArtifactCache(null)
    const make = () => ({ hash: '', units: [], constants: [], sites: [] }) as never
    expect([cache.get('k', null, make).origin, cache.get('k', null, make).origin]).toEqual(['compiled', 'compiled'])
    expect(cache.metrics().compiled).toBe(2)
  })
})

describe('LeastRecent', () => {
  it('forgets what was not asked for longest', () => {
    const entries = new LeastRecent<number>(2)
    entries.set('a', 1)
    entries.set('b', 2)
    expect(entries.get('a')).toBe(1)
    entries.set('c', 3)
    expect(['a', 'b', 'c'].map((key) => entries.get(key))).toEqual([1, undefined, 3])
  })
})
