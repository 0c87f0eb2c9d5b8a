import { describe, expect, it } from 'vitest'
import { measuredAllocation } from '../../test/support/allocation/measure.ts'

describe('the JavaScript back end in steady state', () => {
  it('allocates nothing per row', () => {
    // of each kernel of test/support/kernel/steady-kernels.ts
    const bytesPerRow = measuredAllocation('kernel/measure-allocation.ts')
    expect(Object.keys(bytesPerRow).length).toBeGreaterThan(20)
    const allocating = Object.entries(bytesPerRow).filter(([, bytes]) => bytes > 1)
    expect(allocating).toEqual([])
  })
})
