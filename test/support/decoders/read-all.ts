import { RecordReader } from '../../../runtime/format/record-reader.ts'
import type { ByteInput, ByteInputState } from '../../../runtime/format/byte-input.ts'
import { loadBigint, viewBytesAddress } from '../../../runtime/format/cells.ts'
import { sourceControl } from '../../../runtime/abi/artifact.ts'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import type { BlockColumn } from '../../../runtime/abi/block.ts'
import type { MemoryViews } from '../../../runtime/abi/memory.ts'
import type { SourceReader } from '../../../runtime/connect/connector.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import { bindDecoder, type BoundDecoder, type CompiledDecoder, compileDecoder, type HarnessColumn } from './harness.ts'

export type Cell = null | undefined | boolean | number | bigint | string

/** Pieces of one file, as they come. */
export class PiecesInput implements ByteInput {
  readonly file = 'test.in'
  bytesRead = 0
  #pieces: Uint8Array[]
  #ended = false

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = [...pieces]
  }

  read(into: Uint8Array): number | ByteInputState {
    const piece = this.#pieces.shift()
    if (piece === undefined) {
      if (this.#ended) return 'end'
      this.#ended = true
      return 'file_end'
    }
    const count = Math.min(piece.length, into.length)
    into.set(piece.subarray(0, count))
    if (count < piece.length) this.#pieces.unshift(piece.subarray(count))
    this.bytesRead += count
    return count > 0 ? count : this.read(into)
  }

  wait(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

export interface Outcome {
  readonly rows: Cell[][]
  /** `code@line:offset` */
  readonly errors: string[]
  /** place of each row: `line:offset` */
  readonly places: string[]
}

export interface Reading {
  readonly columns: readonly HarnessColumn[]
  readonly format: InputFormat
  readonly tier?: 'javascript' | 'interpreter'
  readonly compiled?: CompiledDecoder
}

/** Decodes bytes whole, whatever the pieces they come in. */
export function readAll(
  input: string | Uint8Array | readonly Uint8Array[],
  { columns, format, tier = 'javascript', compiled }: Reading,
): Outcome {
  return readWith(bindDecoder(compiled ?? compileDecoder(columns, format), { tier }), input, format)
}

/** As `readAll`, with a decoder that may have read other inputs before. */
export function readWith(
  decoder: BoundDecoder,
  input: string | Uint8Array | readonly Uint8Array[],
  format: InputFormat,
): Outcome {
  decoder.errors.length = 0
  decoder.views.u8.fill(0, decoder.control, decoder.control + sourceControl.sizeBytes)
  const pieces =
    typeof input === 'string' ? [new TextEncoder().encode(input)] : input instanceof Uint8Array ? [input] : input
  const reader = new RecordReader(decoder, { open: () => new PiecesInput(pieces), lineBytesMax: format.lineBytesMax })
  return drain(reader, decoder)
}

function drain(reader: SourceReader, decoder: BoundDecoder): Outcome {
  const rows: Cell[][] = []
  const places: string[] = []
  for (;;) {
    const result = reader.read()
    if (result.kind !== 'rows') break
    for (let row = 0; row < result.count; row++) {
      rows.push(rowOf(decoder, row))
      const { line, offsetBytes } = reader.place(row)
      places.push(`${line}:${offsetBytes}`)
    }
  }
  void reader.close()
  return {
    rows,
    places,
    errors: decoder.errors.map(({ site, place }) => `${site.code}@${place.line}:${place.offsetBytes}`),
  }
}

function rowOf({ views, block, layout, columns }: BoundDecoder, row: number): Cell[] {
  return layout.columns.map((place, index) => (columns[index] ? cellOf(views, block, { place, row }) : undefined))
}

function cellOf(views: MemoryViews, block: number, { place, row }: { place: BlockColumn; row: number }): Cell {
  if (place.validOffset !== null) {
    const valid = views.u8[block + place.validOffset + row]
    if (valid === 0) return null
    if (valid === 2) return 'DEFAULT'
  }
  const address = block + place.dataOffset + row * physicalSizeBytes(place.physical)
  switch (place.physical) {
    case 'i1':
      return views.u8[address] === 1
    case 'i8':
      return views.i8[address]
    case 'u8':
      return views.u8[address]
    case 'i16':
      return views.i16[address >> 1]
    case 'u16':
      return views.u16[address >> 1]
    case 'i32':
      return views.i32[address >> 2]
    case 'u32':
      return views.u32[address >> 2]
    case 'f32':
      return views.f32[address >> 2]
    case 'f64':
      return views.f64[address >> 3]
    case 'i64':
    case 'u64':
    case 'i128':
      return loadBigint(views, address, place.physical)
    case 'view':
      return viewText(views, address)
    case 'interval':
      return `${views.i32[address >> 2]} ${views.i32[(address >> 2) + 1]} ${views.i64[(address >> 3) + 1]}`
  }
}

function viewText(views: MemoryViews, address: number): string {
  const from = viewBytesAddress(views, address)
  return Buffer.from(views.u8.slice(from, from + (views.i32[address >> 2] ?? 0))).toString('utf8')
}
