import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeRows, writeRows } from './result-rows.ts'
import { makeRun, runNames } from './runs.ts'

const rows = 1500
const folder = mkdtempSync(join(tmpdir(), 'millrace-encode-test-'))
const path = join(folder, 'rows')
writeRows(path, makeRows(rows))

afterAll(() => rmSync(folder, { recursive: true }))

describe('the contenders of the encoding bench', () => {
  it.each(['csv', 'json'] as const)('give the same bytes of %s', async (format) => {
    const hashes: Record<string, string> = {}
    for (const name of [...runNames, 'interpreter' as const]) {
      const run = await makeRun(name, { path, rows, format })
      expect(run.once()).toBeGreaterThan(0)
      hashes[name] = run.hash()
    }
    expect(new Set(Object.values(hashes)).size, JSON.stringify(hashes)).toBe(1)
  })
})
