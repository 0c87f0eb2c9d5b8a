import { columnList } from '../../abi/block.ts'
import type { blockSignatures } from '../../abi/library/block.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import type { LibraryContext } from '../context.ts'

export function blockLibrary({ i32, u8 }: LibraryContext): Implementations<typeof blockSignatures> {
  return {
    // oxlint-disable-next-line max-params -- the parameters of a library function are its signature
    close_gaps: (block: number, columns: number, gaps: number, gapCount: number, rowCount: number) => {
      const gap = (number: number): number => (number < gapCount ? (i32[(gaps >>> 2) + number] as number) : rowCount)
      const count = i32[(columns + columnList.count) >>> 2] as number
      for (let index = 0; index < count; index++) {
        const entry = columns + columnList.entries + index * columnList.entrySizeBytes
        const start = block + (i32[(entry + columnList.dataOffset) >>> 2] as number)
        const size = i32[(entry + columnList.elementSizeBytes) >>> 2] as number
        for (let number = 0; number < gapCount; number++) {
          const [from, end] = [gap(number) + 1, gap(number + 1)]
          u8.copyWithin(start + (from - number - 1) * size, start + from * size, start + end * size)
        }
      }
      return rowCount - gapCount
    },
  }
}
