import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageSizeBytes } from '../abi/memory.ts'
import { Arena } from './arena.ts'
import { createWorkerMemory } from './worker-memory.ts'

const limitBytes = 1 << 26

describe('the page allocator', () => {
  it('never hands out a page twice, hands them out zeroed and aligned, and can give everything again', () => {
    const { pages, views } = createWorkerMemory({ limitBytes })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(6)), { maxLength: 150 }), (operations) => {
        let broken = false
        const taken: { readonly address: number; readonly order: number }[] = []
        for (const [takes, order] of operations) {
          if (takes) {
            const address = pages.take(7, order)
            broken ||=
              address % (pageSizeBytes << order) !== 0 ||
              views.u8.subarray(address, address + 64).some((byte) => byte !== 0)
            views.u8.fill(1, address, address + (pageSizeBytes << order))
            taken.push({ address, order })
          } else {
            const [run] = taken.splice(order % Math.max(1, taken.length), 1)
            if (run) pages.release(run.address)
          }
          const sorted = taken.toSorted((a, b) => a.address - b.address)
          for (const [index, run] of sorted.entries()) {
            const end = run.address + (pageSizeBytes << run.order)
            broken ||= end > (sorted[index + 1]?.address ?? limitBytes)
          }
          expect(pages.pagesOf(7)).toBe(taken.reduce((sum, run) => sum + (1 << run.order), 0))
        }
        expect(broken).toBe(false)
        for (const { address } of taken) pages.release(address)
        expect(pages.takenCount).toBe(0)
        // everything has grown together again
        pages.release(pages.take(7, 9))
      }),
      { numRuns: 30 },
    )
  })

  it('answers out_of_memory with a code, and goes on after something was released', () => {
    const { pages } = createWorkerMemory({ limitBytes })
    const runs: number[] = []
    let code: unknown = null
    try {
      for (;;) runs.push(pages.take(7, 4))
    } catch (error) {
      code = (error as { readonly code: string }).code
    }
    expect(code).toBe('out_of_memory')
    expect(runs.length).toBeGreaterThan(50)
    pages.release(runs[3] as number)
    expect(pages.take(7, 4)).toBe(runs[3])
  })

  it('clears what was taken as it is, too, before it is handed out again', () => {
    const { pages, views } = createWorkerMemory({ limitBytes })
    const address = pages.takeAsItIs(7, 1)
    views.u8.fill(1, address, address + 2 * pageSizeBytes)
    pages.release(address)
    expect(pages.takeAsItIs(7, 1)).toBe(address)
    expect(views.u8[address]).toBe(1)
    pages.release(address)
    expect(pages.take(7, 1)).toBe(address)
    expect(views.u8.subarray(address, address + 2 * pageSizeBytes).every((byte) => byte === 0)).toBe(true)
  })

  it('takes back all runs of one owner, and only those', () => {
    const { pages } = createWorkerMemory({ limitBytes })
    for (let index = 0; index < 40; index++) pages.take(7 + (index % 2), index % 3)
    const others = pages.pagesOf(8)
    pages.releaseAll(7)
    pages.releaseAll(9)
    expect([pages.pagesOf(7), pages.pagesOf(8), pages.takenCount]).toEqual([0, others, others])
    pages.releaseAll(8)
    pages.release(pages.take(7, 9))
    expect(pages.takenCount).toBe(0)
  })

  it('refuses to take a run back twice', () => {
    const { pages } = createWorkerMemory({ limitBytes })
    const run = pages.take(7)
    pages.release(run)
    expect(() => pages.release(run)).toThrow('a taken run is released once')
  })
})

describe('an arena', () => {
  it('keeps its first page when it is reset, and nothing when it is freed', () => {
    const { pages } = createWorkerMemory({ limitBytes })
    const arena = new Arena(pages, 9)
    const first = arena.allocate(10, 1)
    for (let index = 0; index < 50; index++) expect(arena.allocate(20_000, 16) % 16).toBe(0)
    arena.allocate(300_000)
    arena.reset()
    expect(pages.pagesOf(9)).toBe(1)
    expect(arena.allocate(10, 1)).toBe(first)
    arena.free()
    expect(pages.pagesOf(9)).toBe(0)
  })
})
