import { unreachable } from '../../sql/base/assert.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { PhysicalType } from '../../sql/types/sql-type.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { viewInlineBytesMax, viewOffsets } from '../abi/view.ts'

/** Reading and writing single values of blocks outside generated code. Addresses are byte offsets, aligned for their type. */

/** A whole number within 2^53 as an i64. */
export function storeInteger(views: MemoryViews, address: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296)
  views.i32[address >> 2] = (value - high * 4_294_967_296) | 0
  views.i32[(address >> 2) + 1] = high
}

/** Makes the view at `address` of `length` bytes that lie at `from`. */
export function storeView(
  views: MemoryViews,
  address: number,
  { from, length }: { from: number; length: number },
): void {
  const { i32, u8 } = views
  const cell = address >> 2
  i32[cell] = length
  i32[cell + 1] = 0
  i32[cell + 2] = 0
  i32[cell + 3] = 0
  if (length <= viewInlineBytesMax) {
    for (let index = 0; index < length; index++) u8[address + viewOffsets.prefix + index] = u8[from + index] ?? 0
    return
  }
  for (let index = 0; index < 4; index++) u8[address + viewOffsets.prefix + index] = u8[from + index] ?? 0
  i32[cell + 2] = from
}

/** Address of the first byte of the view at `address`. */
export function viewBytesAddress(views: MemoryViews, address: number): number {
  const length = views.i32[address >> 2] ?? 0
  return length <= viewInlineBytesMax ? address + viewOffsets.prefix : (views.i32[(address >> 2) + 2] ?? 0)
}

/** A number within 2^53 as a value of `physical` (not of views and intervals), which it fits. */
export function storeNumber(
  views: MemoryViews,
  address: number,
  { physical, value }: { physical: PhysicalType; value: number },
): void {
  switch (physical) {
    case 'i1':
    case 'i8':
    case 'u8':
      views.u8[address] = value
      return
    case 'i16':
    case 'u16':
      views.u16[address >> 1] = value
      return
    case 'i32':
    case 'u32':
      views.i32[address >> 2] = value
      return
    case 'f32':
      views.f32[address >> 2] = value
      return
    case 'f64':
      views.f64[address >> 3] = value
      return
    case 'i64':
    case 'u64':
      storeInteger(views, address, value)
      return
    case 'i128':
      storeInteger(views, address, value)
      views.i32[(address >> 2) + 2] = value < 0 ? -1 : 0
      views.i32[(address >> 2) + 3] = value < 0 ? -1 : 0
      return
    case 'view':
    case 'interval':
      throw new InternalError(`no number is a ${physical}`)
    default:
      unreachable(physical)
  }
}

/** The 64 or 128 bits at `address`. */
export function loadBigint(views: MemoryViews, address: number, physical: 'i64' | 'u64' | 'i128'): bigint {
  const low = views.i64[address >> 3] ?? 0n
  if (physical === 'i64') return low
  const unsigned = BigInt.asUintN(64, low)
  return physical === 'u64' ? unsigned : ((views.i64[(address >> 3) + 1] ?? 0n) << 64n) | unsigned
}
