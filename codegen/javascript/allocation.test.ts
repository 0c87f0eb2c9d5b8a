import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Heap bytes per row of each kernel of test/support/kernel/steady-kernels.ts, measured in a process of its own. */
function measure(): Readonly<Record<string, number>> {
  const program = new URL('../../test/support/kernel/measure-allocation.ts', import.meta.url).pathname
  return JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as Record<string, number>
}

describe('the JavaScript back end in steady state', () => {
  it('allocates nothing per row', () => {
    const bytesPerRow = measure()
    expect(Object.keys(bytesPerRow).length).toBeGreaterThan(20)
    const allocating = Object.entries(bytesPerRow).filter(([, bytes]) => bytes > 1)
    expect(allocating).toEqual([])
  })
})
