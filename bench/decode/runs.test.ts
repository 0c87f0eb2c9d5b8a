import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bidFiles, fieldOrders } from './bids.ts'
import { makeRun, runNames } from './runs.ts'

const rows = 1500
const folder = mkdtempSync(join(tmpdir(), 'millrace-decode-test-'))
const files = bidFiles(rows, folder)

afterAll(() => rmSync(folder, { recursive: true }))

describe('the contenders of the decoding bench', () => {
  it.each(fieldOrders)('decode the same columns, fields in an order that is %s', async (order) => {
    const { path } = files[order]
    const names = runNames.filter((name) => order === 'steady' || name !== 'handwritten-wasm')
    const hashes: Record<string, string> = {}
    for (const name of names) {
      const run = await makeRun(name, { path, rows })
      expect(run.once()).toBeGreaterThan(0)
      hashes[name] = run.hash()
    }
    expect(new Set(Object.values(hashes)).size, JSON.stringify(hashes)).toBe(1)
  })
})
