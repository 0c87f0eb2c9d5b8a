import type { MemoryType } from '../../runtime/abi/library.ts'
import type { PhysicalType } from '../../sql/types/sql-type.ts'

/** Element type of fixed-width columns; null for those that are passed by address. */
export function memoryTypeOf(physical: PhysicalType): MemoryType | null {
  switch (physical) {
    case 'i1':
      return 'bool'
    case 'u64':
      return 'i64'
    case 'view':
    case 'interval':
      return null
    default:
      return physical
  }
}
