import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slotDeleted, slotRowMask, slotTagMask, tableHeader } from '../abi/state.ts'
import { pageSizeBytes } from '../abi/memory.ts'
import { createWorkerMemory, type WorkerMemory } from '../memory/worker-memory.ts'
import { Arena } from '../memory/arena.ts'
import { firstRow, initTable, insertRow, nextRow, releaseTable, removeRow } from './table.ts'
import { advanceIndex } from './table-index.ts'
import { storeView } from './row-bytes.ts'

const owner = 20
const rowSizeBytes = 40
const keyOffset = 8
const viewOffset = 16

function makeTable(memory: WorkerMemory): number {
  const arena = new Arena(memory.pages, owner)
  const viewFields = arena.allocate(8)
  memory.views.i32[viewFields >>> 2] = 1
  memory.views.i32[(viewFields >>> 2) + 1] = viewOffset
  const table = arena.allocate(tableHeader.sizeBytes, 16)
  initTable(memory, table, { rowSizeBytes, owner, viewFields, order: 0 })
  return table
}

/** What generated code does. */
function probe(memory: WorkerMemory, table: number, { key, hash }: { key: number; hash: number }): number {
  const { i32 } = memory.views
  const base = (i32[(table + tableHeader.indexAddress) >>> 2] as number) >>> 2
  const mask = i32[(table + tableHeader.indexMask) >>> 2] as number
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = i32[base + slot] as number
    if (entry === 0) return 0
    if (entry === slotDeleted || (entry & slotTagMask) !== (hash & slotTagMask)) continue
    const row = (entry & slotRowMask) << 3
    if (i32[(row + keyOffset) >>> 2] === key) return row
  }
}

/** A memory whose pages hold what was there before. */
function usedMemory(): WorkerMemory {
  const memory = createWorkerMemory({ limitBytes: 1 << 26 })
  const { pages, views } = memory
  // all but the control page
  const addresses = Array.from({ length: pages.pageCount - 1 }, () => pages.take(owner))
  for (const address of addresses) {
    views.i32.fill(-1, address >>> 2, (address + pageSizeBytes) >>> 2)
    pages.release(address)
  }
  return memory
}

/** Rows that the index names, once for each slot that does. */
function indexedRows(memory: WorkerMemory, table: number): readonly number[] {
  const { i32 } = memory.views
  const base = (i32[(table + tableHeader.indexAddress) >>> 2] as number) >>> 2
  const slots = (i32[(table + tableHeader.indexMask) >>> 2] as number) + 1
  return [...i32.subarray(base, base + slots)]
    .filter((entry) => entry !== 0 && entry !== slotDeleted)
    .map((entry) => (entry & slotRowMask) << 3)
}

const mix = (key: number): number => Math.imul(key ^ (key >>> 16), 0x85ebca6b) | 0

function writeView(memory: WorkerMemory, scratch: number, text: string): void {
  const bytes = new TextEncoder().encode(text)
  const { i32, u8 } = memory.views
  u8.fill(0, scratch, scratch + 16)
  i32[scratch >>> 2] = bytes.length
  if (bytes.length <= 12) u8.set(bytes, scratch + 4)
  else {
    u8.set(bytes.subarray(0, 4), scratch + 4)
    i32[(scratch + 8) >>> 2] = scratch + 16
    u8.set(bytes, scratch + 16)
  }
}

function readView(memory: WorkerMemory, view: number): string {
  const { i32, u8 } = memory.views
  const length = i32[view >>> 2] as number
  const from = length <= 12 ? view + 4 : (i32[(view + 8) >>> 2] as number)
  return new TextDecoder().decode(u8.slice(from, from + length))
}

describe('a table', () => {
  const memory = createWorkerMemory({ limitBytes: 1 << 28 })
  const scratch = new Arena(memory.pages, 1).allocate(400_000)

  it('agrees with a Map under random inserts, updates and removals, also when all hashes collide', () => {
    const operation = fc.tuple(fc.nat(300), fc.integer({ min: 0, max: 2 }), fc.oneof(fc.nat(60), fc.nat(200_000)))
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 600 }), fc.constantFrom(-1, 7, 0), (operations, hashMask) => {
        const table = makeTable(memory)
        const model = new Map<number, string>()
        for (const [key, kind, length] of operations) {
          const hash = mix(key) & hashMask
          const row = probe(memory, table, { key, hash })
          expect(row !== 0).toBe(model.has(key))
          if (kind === 0) {
            if (row !== 0) removeRow(memory, table, row)
            model.delete(key)
          } else {
            const target = row || insertRow(memory, table, hash)
            memory.views.i32[(target + keyOffset) >>> 2] = key
            const text = String(key).padEnd(length, 'x')
            writeView(memory, scratch, text)
            storeView(memory, table, { field: target + viewOffset, view: scratch })
            model.set(key, text)
          }
        }
        const seen = new Map<number, string>()
        for (let row = firstRow(memory, table); row !== 0; row = nextRow(memory, table, row)) {
          seen.set(memory.views.i32[(row + keyOffset) >>> 2] as number, readView(memory, row + viewOffset))
        }
        expect(seen).toEqual(model)
        releaseTable(memory, table)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps rows in order of insertion and gives every page back', () => {
    const before = memory.pages.takenCount
    const table = makeTable(memory)
    for (let key = 0; key < 200_000; key++) {
      const row = insertRow(memory, table, mix(key))
      memory.views.i32[(row + keyOffset) >>> 2] = key
    }
    let expected = 0
    for (let row = firstRow(memory, table); row !== 0; row = nextRow(memory, table, row)) {
      expect(memory.views.i32[(row + keyOffset) >>> 2]).toBe(expected)
      expected++
    }
    expect(expected).toBe(200_000)
    for (let key = 0; key < 200_000; key += 997) expect(probe(memory, table, { key, hash: mix(key) })).not.toBe(0)
    releaseTable(memory, table)
    // the arena of the header itself stays
    expect(memory.pages.takenCount - before).toBe(1)
  })

  it.each(['inserts', 'blocks'] as const)(
    'fills the next index of a large table step by step, by %s, while rows come, go and reuse places',
    (steps) => {
      const memory = usedMemory()
      const table = makeTable(memory)
      const { i32 } = memory.views
      const field = (offset: number): number => i32[(table + offset) >>> 2] as number
      const isGrowing = (): boolean => field(tableHeader.nextIndexAddress) !== 0
      const model = new Map<number, number>()
      const insert = (key: number): void => {
        expect(probe(memory, table, { key, hash: mix(key) })).toBe(0)
        const row = insertRow(memory, table, mix(key))
        i32[(row + keyOffset) >>> 2] = key
        model.set(key, row)
      }
      let key = 0
      while (!isGrowing()) insert(key++)
      expect(model.size).toBeGreaterThan(1 << 14)
      const slots = field(tableHeader.indexMask) + 1
      const places = new Set<number>()
      let [inserts, low, high] = [0, 0, key - 1]
      while (isGrowing()) {
        // more keys come than go; places are reused of rows that are in the next index already, and of rows that are not
        for (const removed of [low, high]) {
          removeRow(memory, table, model.get(removed) as number)
          model.delete(removed)
        }
        low += 7
        high -= 7
        for (let count = 0; count < 3; count++, inserts++) insert(key++)
        if (steps === 'blocks' && inserts % 1024 === 0) advanceIndex(memory, table)
        places.add(field(tableHeader.nextIndexFrom))
        expect(field(tableHeader.usedSlots)).toBeLessThan(slots * 0.8)
      }
      expect(places.size).toBeGreaterThan(20)
      expect(field(tableHeader.indexMask) + 1).toBe(4 * slots)
      expect(indexedRows(memory, table).toSorted((a, b) => a - b)).toEqual(
        [...model.values()].toSorted((a, b) => a - b),
      )
      for (let each = 0; each < key; each++) {
        expect(probe(memory, table, { key: each, hash: mix(each) })).toBe(model.get(each) ?? 0)
      }
      releaseTable(memory, table)
    },
  )

  it('bounds the bytes of a string that is replaced over and over', () => {
    const table = makeTable(memory)
    const row = insertRow(memory, table, 1)
    const lengths = [20, 400, 30_000, 70_000, 5, 20, 200_000, 33_000]
    const round = (): number => {
      for (const length of lengths) {
        writeView(memory, scratch, 'y'.repeat(length))
        storeView(memory, table, { field: row + viewOffset, view: scratch })
        expect(readView(memory, row + viewOffset)).toBe('y'.repeat(length))
      }
      return memory.pages.takenCount
    }
    const first = round()
    for (let index = 0; index < 50; index++) round()
    expect(memory.pages.takenCount).toBe(first)
    releaseTable(memory, table)
  })
})
