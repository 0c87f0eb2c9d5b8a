import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from './seed.ts'

test('random tests that name no seed see the same values at each run', () => {
  const seen = (parameters: fc.Parameters<unknown>): number[] => {
    const values: number[] = []
    fc.assert(
      fc.property(fc.integer(), (value) => void values.push(value)),
      parameters,
    )
    return values
  }
  expect(seen({})).toEqual(seen({ seed }))
  expect(seen({})).not.toEqual(seen({ seed: seed + 1 }))
})
