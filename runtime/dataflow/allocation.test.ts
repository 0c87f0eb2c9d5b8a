import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Heap bytes per row by kind of query (test/support/dataflow/measure-allocation.ts), measured in a process of its own. */
function measure(): Readonly<Record<string, number>> {
  const program = new URL('../../test/support/dataflow/measure-allocation.ts', import.meta.url).pathname
  return JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as Record<string, number>
}

describe('the dataflow in steady state', () => {
  it('allocates a little for each block and for each group that a batch changes, and nothing for a row', () => {
    const { filter, windowed, changes } = measure()
    // blocks have 1,024 rows: a single object per row would be 16 bytes at least
    expect(filter).toBeLessThan(4)
    expect(windowed).toBeLessThan(4)
    // 100 groups change in each block
    expect(changes).toBeLessThan(16)
  })
})
