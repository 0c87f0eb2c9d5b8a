import type { BlockColumn, BlockLayout } from '../../abi/block.ts'
import { blockRowsMax, type MemoryViews } from '../../abi/memory.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import { viewBytesAddress } from '../../format/cells.ts'

/**
 * Hashes of rows by value: independent of addresses, of whether a text is inline, of -0 and of NaN bits. `unordered`
 * is a sum over rows times their weights, so a row and its deletion cancel; `ordered` depends on the order too.
 */
export class RowHash {
  readonly #views: MemoryViews
  readonly #layout: BlockLayout
  readonly #hashes = new Int32Array(blockRowsMax)
  #sumOne = 0
  #sumTwo = 0
  #foldOne = 0
  #foldTwo = 0

  constructor(views: MemoryViews, layout: BlockLayout) {
    this.#views = views
    this.#layout = layout
  }

  add(block: number, count: number): void {
    this.#hashes.fill(0x2545f491, 0, count)
    for (const column of this.#layout.columns) this.#addColumn(column, block, count)
    const { weightOffset } = this.#layout
    for (let row = 0; row < count; row++) {
      const weight = weightOffset === null ? 1 : (this.#views.i32[((block + weightOffset) >> 2) + row] ?? 0)
      const hash = this.#hashes[row] ?? 0
      const other = mix(hash ^ 0x9e3779b9)
      this.#sumOne = (this.#sumOne + Math.imul(hash, weight)) | 0
      this.#sumTwo = (this.#sumTwo + Math.imul(other, weight)) | 0
      this.#foldOne = (Math.imul(this.#foldOne, 0x01000193) + hash + weight) | 0
      this.#foldTwo = (Math.imul(this.#foldTwo, 0x5bd1e995) + other + weight) | 0
    }
  }

  /** 16 hexadecimal digits. */
  get unordered(): string {
    return hexOf(this.#sumOne) + hexOf(this.#sumTwo)
  }

  get ordered(): string {
    return hexOf(this.#foldOne) + hexOf(this.#foldTwo)
  }

  #addColumn(column: BlockColumn, block: number, count: number): void {
    const { u8 } = this.#views
    const size = physicalSizeBytes(column.physical)
    const data = block + column.dataOffset
    const valid = column.validOffset === null ? -1 : block + column.validOffset
    for (let row = 0; row < count; row++) {
      const known = valid < 0 || u8[valid + row] === 1
      const value = known ? this.#valueHash(column, data + row * size) : 0x1b873593
      this.#hashes[row] = mix(Math.imul(this.#hashes[row] ?? 0, 31) ^ value)
    }
  }

  #valueHash({ physical }: BlockColumn, address: number): number {
    const { i32, f64, f32 } = this.#views
    switch (physical) {
      case 'view':
        return this.#bytesHash(viewBytesAddress(this.#views, address), i32[address >> 2] ?? 0)
      case 'f64':
        return f64[address >> 3] === 0 || Number.isNaN(f64[address >> 3])
          ? Number(f64[address >> 3] === 0)
          : this.#wordsHash(address, 2)
      case 'f32':
        return f32[address >> 2] === 0 || Number.isNaN(f32[address >> 2])
          ? Number(f32[address >> 2] === 0)
          : this.#wordsHash(address, 1)
      case 'i1':
      case 'i8':
      case 'u8':
      case 'i16':
      case 'u16':
        return this.#bytesHash(address, physicalSizeBytes(physical))
      default:
        return this.#wordsHash(address, physicalSizeBytes(physical) >> 2)
    }
  }

  #wordsHash(address: number, words: number): number {
    const { i32 } = this.#views
    let hash = 0
    for (let index = 0; index < words; index++) hash = mix(hash ^ (i32[(address >> 2) + index] ?? 0))
    return hash
  }

  #bytesHash(from: number, length: number): number {
    const { u8 } = this.#views
    let hash = length
    for (let index = from; index < from + length; index++) hash = Math.imul(hash ^ (u8[index] ?? 0), 0x01000193)
    return mix(hash)
  }
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}

function hexOf(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
