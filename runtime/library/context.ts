import { Buffer } from 'node:buffer'
import { faultAddress, faults } from '../abi/library.ts'
import type { FaultName } from '../abi/library.ts'
import type { MemoryViews } from '../abi/memory.ts'

/** What library functions work on. One per memory; passed first to each of them. */
export interface LibraryContext extends MemoryViews {
  /** The whole memory as a Buffer, for conversions from and to JavaScript strings. */
  readonly buffer: Buffer
  /** So many bytes in the arena of the operator in use; unaligned. */
  readonly allocate: (sizeBytes: number) => number
}

export function createContext(views: MemoryViews, parts: Pick<LibraryContext, 'allocate'>): LibraryContext {
  const { memory, u8, i8, u16, i16, i32, u32, f32, f64, i64 } = views
  const buffer = Buffer.from(u8.buffer as ArrayBuffer, u8.byteOffset, u8.byteLength)
  return { memory, u8, i8, u16, i16, i32, u32, f32, f64, i64, buffer, ...parts }
}

/** Sets the fault cell. Every fallible function sets it on each call, to `none` when it succeeds. */
export function setFault(m: LibraryContext, fault: FaultName): void {
  m.i32[faultAddress >> 2] = faults[fault]
}
