import { it } from 'vitest'
import { searchCases } from './search.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const seconds = Number(process.env['SECONDS'] ?? 60)

it(`random records are read and written alike in every tier, SEED=${seed}`, async () =>
  await searchCases({ seed, runs: 1_000_000, seconds }))
