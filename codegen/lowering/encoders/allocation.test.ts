import { expect, test } from 'vitest'
import { measuredAllocation } from '../../../test/support/allocation/measure.ts'

test('encoders allocate nothing for a row of plain values', () => {
  const bytesPerRow = measuredAllocation('encoders/measure-allocation.ts')
  expect(Object.keys(bytesPerRow)).toEqual(['javascript csv', 'javascript json', 'wasm csv', 'wasm json'])
  // a single object per row would be 12 bytes at least
  expect(Object.entries(bytesPerRow).filter(([, bytes]) => bytes > 2)).toEqual([])
})
