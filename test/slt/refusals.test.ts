import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'
import { SqlError, type Diagnostic } from '../../sql/base/diagnostic.ts'
import { parseSlt } from './parse.ts'

async function refusalOf(db: Millrace, sql: string): Promise<readonly Diagnostic[]> {
  try {
    await db.execute(sql)
    return []
  } catch (error) {
    if (error instanceof SqlError) return error.diagnostics
    throw error
  }
}

describe('what is refused', () => {
  it('is refused at a place, with a way out', async () => {
    await using db = await Millrace.open({ tier: 'interpreter' })
    const lacking: string[] = []
    let count = 0
    for (const record of parseSlt(readFileSync(join(import.meta.dirname, 'refusals.slt'), 'utf8'))) {
      if (record.kind !== 'statement') continue
      for (const { code, message, span, hint } of await refusalOf(db, record.sql)) {
        if (code !== 'unsupported_feature') continue
        count++
        if (span === undefined || hint === undefined || hint === '') lacking.push(`${message}: ${record.sql}`)
      }
    }
    expect(lacking).toEqual([])
    expect(count).toBeGreaterThan(150)
  })
})
