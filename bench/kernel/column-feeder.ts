import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../../sql/base/assert.ts'
import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import type { SourceArtifact } from '../../runtime/abi/artifact.ts'
import { blockRowsMax, type MemoryViews } from '../../runtime/abi/memory.ts'
import { viewInlineBytesMax, viewOffsets, viewSizeBytes } from '../../runtime/abi/view.ts'

/** Puts the next rows of the needed columns into a block. Strings are views over bytes that lie in linear memory, as a decoder's would. */
export class ColumnFeeder {
  readonly rows: number
  readonly #u8: Uint8Array
  readonly #columns: readonly { readonly bytes: Uint8Array; readonly offset: number; readonly sizeBytes: number }[]

  constructor(
    request: { readonly directory: string; readonly rows: number },
    views: MemoryViews,
    source: SourceArtifact,
  ) {
    this.rows = request.rows
    this.#u8 = views.u8
    this.#columns = source.columns.flatMap((column, index) => {
      if (column === null) return []
      const { dataOffset, physical } = must(source.layout.columns[index], 'a column')
      const bytes =
        column.name === 's' ? stringViews(request, views) : readFileSync(join(request.directory, `${column.name}.bin`))
      return [{ bytes, offset: dataOffset, sizeBytes: physicalSizeBytes(physical) }]
    })
  }

  /** Rows put there. */
  fill(block: number, from: number): number {
    const count = Math.min(blockRowsMax, this.rows - from)
    for (const { bytes, offset, sizeBytes } of this.#columns) {
      this.#u8.set(bytes.subarray(from * sizeBytes, (from + count) * sizeBytes), block + offset)
    }
    return count
  }
}

/** Free address space for the bytes of strings: the upper half, which the page allocator reaches last. */
const stringBase = 2 ** 30

function stringViews(
  { directory, rows }: { readonly directory: string; readonly rows: number },
  { u8 }: MemoryViews,
): Uint8Array {
  const data = readFileSync(join(directory, 's.data.bin'))
  const offsetBytes = readFileSync(join(directory, 's.offsets.bin'))
  u8.set(data, stringBase)
  const bytes = Buffer.alloc(rows * viewSizeBytes)
  for (let row = 0; row < rows; row++) {
    const from = offsetBytes.readInt32LE(row * 4)
    const length = offsetBytes.readInt32LE(row * 4 + 4) - from
    const at = row * viewSizeBytes
    const isInline = length <= viewInlineBytesMax
    bytes.writeInt32LE(length, at + viewOffsets.length)
    data.copy(bytes, at + viewOffsets.prefix, from, from + Math.min(length, isInline ? viewInlineBytesMax : 4))
    if (!isInline) bytes.writeInt32LE(stringBase + from, at + viewOffsets.address)
  }
  return bytes
}
