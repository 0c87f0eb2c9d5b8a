import { describe, expect, it } from 'vitest'
import { compareWithoutEval, sltFiles } from '../support/no-eval.ts'

describe('where code may not be made from strings', () => {
  it('the sqllogictest corpus gives what it gives elsewhere', async () => {
    const files = sltFiles()
    expect(await compareWithoutEval(files)).toBeGreaterThan(files.length * 10)
  })
})
