import type { MemoryViews } from '../abi/memory.ts'
import { pageCountMax, pageSizeBytes } from '../abi/memory.ts'
import { DataError } from '../../sql/base/diagnostic.ts'
import { outOfMemory } from '../../sql/messages/raise.ts'

/** Memory that is made so large at once lets V8 collect all of its garbage first (10 ms); what it grows to is not counted. */
const pageCountStart = 1
/** Below this a worker is of no use: a few blocks and a few panes. */
const pageCountMin = 1024

/**
 * Reserves the one memory of a worker, whole (decision 0001): at most `limitBytes`, by default 2 GiB less a page. Where the system
 * refuses the reservation, halves are tried, down to 64 MiB.
 *
 * @throws DataError out_of_memory
 */
export function reserveMemory(limitBytes = pageCountMax * pageSizeBytes): MemoryViews {
  const wanted = Math.floor(limitBytes / pageSizeBytes)
  for (let count = clamp(wanted); ; count = clamp(count >> 1)) {
    const memory = tryReserve(count)
    if (memory) return viewsOf(memory)
    if (count === pageCountMin) {
      throw new DataError(outOfMemory({ detail: `${pageCountMin * pageSizeBytes} bytes could not be reserved` }))
    }
  }
}

function clamp(count: number): number {
  return Math.min(pageCountMax, Math.max(pageCountMin, count))
}

function tryReserve(count: number): WebAssembly.Memory | null {
  try {
    const memory = new WebAssembly.Memory({ initial: pageCountStart, maximum: count, shared: true })
    memory.grow(count - pageCountStart)
    return memory
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function viewsOf(memory: WebAssembly.Memory): MemoryViews {
  const { buffer } = memory
  return {
    memory,
    u8: new Uint8Array(buffer),
    i8: new Int8Array(buffer),
    u16: new Uint16Array(buffer),
    i16: new Int16Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
  }
}
