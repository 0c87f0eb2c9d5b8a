import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Artifact } from '../../abi/artifact.ts'
import { ArtifactCache } from './artifact-cache.ts'
import { CacheFolder } from './cache-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-poisoned-'))
afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
})

/** The smallest modules that there are: one exports nothing, one a memory. */
const emptyModule = Buffer.from('0061736d01000000', 'hex')
const memoryModule = Buffer.from('0061736d010000000503010001070501016d0200', 'hex')

function artifact(name: string): Artifact {
  const unit = { name, constantCount: 0, constants: [], scratchSizeBytes: 16, javascript: `return{${name}(){}}` }
  const units = [{ ...unit, kernel: { name }, marks: [], spans: [], generateMicros: 0 }]
  return { engineVersion: '1', abiVersion: 1, hash: name, pipelines: [], units, constants: [], sites: [] }
}

const keys = ['a'.repeat(64), 'b'.repeat(64)] as const

/** As a process that has nothing in memory: what the folder gives for each key, and whether anything had to be made. */
function readAll() {
  const cache = new ArtifactCache(null)
  const found = keys.map((key) => {
    const { artifact: got } = cache.get(key, folder, () => artifact(key.slice(0, 1)))
    const module = cache.module(got.units[0] as never)
    const { name, javascript } = got.units[0] as Artifact['units'][0]
    return { hash: got.hash, name, javascript, exports: module && WebAssembly.Module.exports(module.module).length }
  })
  return { found, metrics: cache.metrics() }
}

/** A folder of four entries: two artifacts and the WebAssembly of their units. */
function fill(): ReadonlyMap<string, Buffer> {
  const cache = new ArtifactCache(null)
  for (const [index, key] of keys.entries()) {
    const { artifact: made } = cache.get(key, folder, () => artifact(key.slice(0, 1)))
    cache.keepModule(made.units[0] as never, index === 0 ? emptyModule : memoryModule)
  }
  return new Map(readdirSync(folder).map((name) => [join(folder, name), readFileSync(join(folder, name))]))
}

/** What is read is what was written, or counted as poisoned and made or compiled again. */
function check(what: string, intact: ReturnType<typeof readAll>): void {
  const { found, metrics } = readAll()
  expect(metrics.poisoned, what).toBe(1)
  for (const [index, one] of found.entries()) {
    const whole = intact.found[index]
    expect(one, what).toEqual(one.exports === null ? { ...whole, exports: null } : whole)
  }
}

/** Whether the folder refuses what is in that file now; it is then as it was. */
function refused(path: string, bent: Uint8Array, bytes: Uint8Array): boolean {
  writeFileSync(path, bent)
  const answer = new CacheFolder(folder).read(basename(path).slice(17))
  writeFileSync(path, bytes)
  return answer.kind === 'poisoned'
}

describe('a cache whose files were changed', () => {
  it('finds every byte that differs, in every file', () => {
    const files = fill()
    const intact = readAll()
    expect([files.size, intact.metrics.poisoned, intact.metrics.diskHits]).toEqual([4, 0, 2])
    let seed = 1
    for (const [path, bytes] of files) {
      const bent = Buffer.from(bytes)
      for (let at = 0; at < bytes.length; at++) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        const byte = bytes[at] as number
        bent[at] = byte ^ ((seed >>> 16) % 255 || 1)
        expect(refused(path, bent, bytes), `${path}, byte ${at}`).toBe(true)
        bent[at] = byte
      }
      writeFileSync(path, bent.fill(0, bytes.length >> 1))
      check(path, intact)
      writeFileSync(path, bytes)
    }
  })

  it('finds files that end anywhere before their end, or after it', () => {
    const files = fill()
    const intact = readAll()
    for (const [path, bytes] of files) {
      for (let end = 0; end < bytes.length; end++)
        expect(refused(path, bytes.subarray(0, end), bytes), `${path} of ${end} bytes`).toBe(true)
      writeFileSync(path, Buffer.concat([bytes, bytes]))
      check(`${path}, twice`, intact)
      writeFileSync(path, bytes)
    }
  })

  it('does not take one entry for another, whichever two change places', () => {
    const files = fill()
    const intact = readAll()
    for (const [first] of files) {
      for (const [second, bytes] of files) {
        if (first === second) continue
        writeFileSync(first, bytes)
        check(`${second} as ${first}`, intact)
        for (const [each, content] of files) writeFileSync(each, content)
      }
    }
  })

  it('works where an entry is no file, or is gone', () => {
    const files = fill()
    const intact = readAll()
    for (const [path, bytes] of files) {
      rmSync(path)
      mkdirSync(path)
      expect(readAll().metrics.poisoned).toBe(0)
      rmSync(path, { recursive: true })
      const { found } = readAll()
      expect(found.map(({ hash }) => hash)).toEqual(intact.found.map(({ hash }) => hash))
      writeFileSync(path, bytes)
    }
  })

  it('does not find what another version has written', () => {
    for (const [path] of fill()) renameSync(path, path.replace(/[0-9a-f]{16}-/, '0123456789abcdef-'))
    expect(readAll().metrics).toMatchObject({ compiled: 2, diskHits: 0, modulesRead: 0, poisoned: 0 })
  })
})
