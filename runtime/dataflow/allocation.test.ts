import { describe, expect, it } from 'vitest'
import { measuredAllocation } from '../../test/support/allocation/measure.ts'

describe('the dataflow in steady state', () => {
  it('allocates a little for each block and for each group that a batch changes, and nothing for a row', () => {
    const { filter, windowed, changes } = measuredAllocation('dataflow/measure-allocation.ts')
    // blocks have 1,024 rows: a single object per row would be 16 bytes at least
    expect(filter).toBeLessThan(4)
    expect(windowed).toBeLessThan(4)
    // 100 groups change in each block
    expect(changes).toBeLessThan(16)
  })
})
