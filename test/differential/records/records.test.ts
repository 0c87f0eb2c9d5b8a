import { describe, expect, it } from 'vitest'
import { failureOf, searchCases } from './search.ts'
import { keptCases } from './kept.ts'
import { seed } from '../../support/seed.ts'

describe('records of files are what a simple reader makes of them, in every tier', () => {
  for (const { name, testCase } of keptCases())
    it(`kept case ${name}`, async () => expect(await failureOf(testCase)).toBeNull())
  for (let each = seed; each < seed + 4; each++)
    it(`a random case, SEED=${each}`, async () => await searchCases({ seed: each, runs: 1 }))
})
