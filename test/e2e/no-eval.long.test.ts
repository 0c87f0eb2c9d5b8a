import { describe, expect, it } from 'vitest'
import { compareWithoutEval, corpusFiles } from '../support/no-eval.ts'

describe('where code may not be made from strings', () => {
  it('the sqllogictest corpus and the golden programs give what they give elsewhere', async () => {
    const files = corpusFiles()
    expect(await compareWithoutEval(files)).toBeGreaterThan(files.length * 5)
  })
})
