import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compileProgram } from '../../../runtime/engine/artifact/compile-program.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'

const golden = fileURLToPath(new URL('../../golden', import.meta.url))

describe('compile', () => {
  it('takes every program of the golden corpus that plans, or says why not', async () => {
    const cases = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const refused: string[] = []
    for (const { name } of cases) {
      const text = readFileSync(join(golden, name, 'input.sql'), 'utf8')
      const plans = !readdirSync(join(golden, name, 'expected')).includes('error.txt')
      try {
        await compileProgram(text, {})
        if (!plans) refused.push(`${name} compiles`)
      } catch (error) {
        if (!(error instanceof SqlError)) throw error
        if (plans) refused.push(`${name}: ${error.code}`)
      }
    }
    expect(refused).toEqual([])
  })
})
