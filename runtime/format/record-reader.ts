import type { DataPlace } from '../../sql/base/diagnostic.ts'
import { DataError, InternalError } from '../../sql/base/diagnostic.ts'
import { decodePaddingBytes, sourceControl, sourceErrorsMax, sourceLearntSizeBytes } from '../abi/artifact.ts'
import type { Site } from '../abi/artifact.ts'
import { learnt } from '../abi/decode-token.ts'
import type { Decoder, ReadResult, SourceContext, SourceReader } from '../connect/connector.ts'
import type { ByteInput } from './byte-input.ts'

/**
 * From bytes to blocks. One buffer in linear memory:
 *
 *     base     next             whole            filled     end
 *     | done   | whole lines ... | part of a line | free ...  | padding
 *
 * `decode` takes whole lines [next, whole) until the block is full. When no line is left, the part moves to the front and
 * the input fills up behind it, from a cache line's beginning and in whole pages: the system copies such pieces a fifth faster. A line that does
 * not fit makes the buffer grow, up to the format's limit.
 *
 * Views of a block point into the buffer or the arena behind it; both change only in the next `read()`. The arena is twice as
 * large as the buffer, because decoded text is never longer than its source and a record is looked at twice at most.
 */
const capacityStart = 1 << 19
const cacheLineBytes = 64
const filePageBytes = 4096
const arenaFactor = 2
const lineFeed = 10
/** Before the buffer, so that scanners may look at the aligned word in which a record starts. */
const headroomBytes = cacheLineBytes

export class RecordReader implements SourceReader {
  readonly #context: SourceContext
  readonly #input: ByteInput
  readonly #decode: Decoder
  readonly #lineBytesMax: number
  readonly #learnt: number
  #base = 0
  /** What a line may have. */
  #capacity = 0
  #allocated = 0
  #next = 0
  #whole = 0
  #filled = 0
  /** Offset in the file of the byte at #base, if it had one. */
  #baseOffsetBytes = 0
  /** Lines of the file before #next. */
  #lines = 0
  #callFrom = 0
  #callLines = 0
  #place: { file: string; baseOffsetBytes: number } = { file: '', baseOffsetBytes: 0 }
  #fileState: 'open' | 'file_end' | 'end' = 'open'
  #atFileStart = true
  #skippingLine = false
  #pendingErrors = false
  #failure: unknown
  #closed = false

  /** `open` is called when nothing else can fail any more. @throws DataError out_of_memory, and what `open` throws */
  constructor(context: SourceContext, { open, lineBytesMax }: { open: () => ByteInput; lineBytesMax: number }) {
    if (context.decode === null) throw new InternalError('expected a decoder')
    const { allocator, views, control } = context
    this.#context = context
    this.#decode = context.decode
    this.#lineBytesMax = lineBytesMax
    this.#learnt = allocator.allocate(sourceLearntSizeBytes)
    try {
      this.#base = this.#reserve(Math.min(capacityStart, lineBytesMax))
      this.#input = open()
    } catch (error) {
      this.#release()
      throw error
    }
    views.u8.fill(0, this.#learnt, this.#learnt + sourceLearntSizeBytes)
    views.i32[(control + sourceControl.learnt) >> 2] = this.#learnt
    this.#startFile()
  }

  get bytesRead(): number {
    return this.#input.bytesRead
  }

  get progress(): number | null {
    return this.#input.progress ?? null
  }

  read(): ReadResult {
    if (this.#pendingErrors) {
      this.#pendingErrors = false
      this.#reportErrors()
    }
    for (;;) {
      if (this.#next < this.#whole) {
        const count = this.#decodeSome()
        if (count > 0) return { kind: 'rows', count }
        continue
      }
      if (this.#fileState === 'end') return { kind: 'end' }
      const state = this.#fill()
      if (state === 'wait') return { kind: 'wait', until: this.#input.wait() }
    }
  }

  /** One call of the decoder; how many rows to hand out. */
  #decodeSome(): number {
    const { views, control, block, failFast } = this.#context
    const cell = control >> 2
    views.i32[cell + (sourceControl.rows >> 2)] = 0
    views.i32[cell + (sourceControl.lines >> 2)] = 0
    views.i32[cell + (sourceControl.errorCount >> 2)] = 0
    const arena = this.#base + cacheLineBytes + this.#capacity + decodePaddingBytes
    views.i32[cell + (sourceControl.arenaCursor >> 2)] = arena
    views.i32[cell + (sourceControl.arenaEnd >> 2)] = arena + this.#capacity * arenaFactor
    views.i32[cell + (sourceControl.atEnd >> 2)] = this.#fileState === 'open' ? 0 : 1
    this.#callFrom = this.#next
    this.#callLines = this.#lines
    this.#place = { file: this.#input.file, baseOffsetBytes: this.#baseOffsetBytes }
    const next = this.#decode.kernel(this.#base, this.#next, this.#whole, block, control)
    const rows = views.i32[cell + (sourceControl.rows >> 2)] ?? 0
    const errors = views.i32[cell + (sourceControl.errorCount >> 2)] ?? 0
    this.#lines += views.i32[cell + (sourceControl.lines >> 2)] ?? 0
    if (next === this.#next) this.#keepUnfinished()
    this.#next = next
    if (errors === 0) return rows
    const first = views.i32[(control + sourceControl.errors + 12) >> 2] ?? 0
    if (failFast && first > 0) {
      this.#pendingErrors = true
      return first
    }
    this.#reportErrors()
    return rows
  }

  /** The decoder took nothing: the record in hand goes on after the last line feed (a quoted CSV field), so it needs more bytes. */
  #keepUnfinished(): void {
    if (this.#fileState !== 'open') throw new InternalError('the decoder stopped before the end of its input')
    this.#whole = this.#next
  }

  #reportErrors(): void {
    const { views, control, sites } = this.#context
    const count = Math.min(views.i32[(control + sourceControl.errorCount) >> 2] ?? 0, sourceErrorsMax)
    for (let index = 0; index < count; index++) {
      const cell = (control + sourceControl.errors + index * 16) >> 2
      const siteIndex = views.i32[cell] ?? 0
      const from = views.i32[cell + 1] ?? 0
      const to = views.i32[cell + 2] ?? 0
      const site = sites[siteIndex]
      if (site === undefined) throw new InternalError(`the decoder named site ${siteIndex}`)
      this.#report({ site, siteIndex, from, to })
    }
  }

  #report({ site, siteIndex, from, to }: { site: Site; siteIndex: number; from: number; to: number }): void {
    const column = site.arguments['column']
    const place = this.#placeAt(from)
    this.#context.onRowError({
      site,
      siteIndex,
      place: column === undefined ? place : { ...place, column },
      record: this.#context.views.u8.slice(from, to),
    })
  }

  #placeAt(address: number): DataPlace {
    // no farther than needed: behind the bytes in hand there is all of the memory
    const before = this.#context.views.u8.subarray(this.#callFrom, address)
    let line = this.#callLines + 1
    for (let at = before.indexOf(lineFeed); at >= 0; at = before.indexOf(lineFeed, at + 1)) line += 1
    return {
      object: this.#context.name,
      file: this.#place.file,
      line,
      offsetBytes: this.#place.baseOffsetBytes + address - this.#base,
    }
  }

  #rowStart(row: number): number {
    const { views, control } = this.#context
    return views.i32[((control + sourceControl.recordStarts) >> 2) + row] ?? 0
  }

  place(row: number): DataPlace {
    return this.#placeAt(this.#rowStart(row))
  }

  /** Up to the next line feed: a CSV record with line feeds in quotes is given in part. */
  record(row: number): Uint8Array | null {
    const { u8 } = this.#context.views
    const from = this.#rowStart(row)
    const end = u8.indexOf(lineFeed, from)
    return u8.slice(from, end < 0 ? from : end)
  }

  /** Gets more bytes; afterwards there are whole lines, or nothing has come yet, or the input has ended. */
  #fill(): 'more' | 'wait' {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#fileState === 'file_end') this.#startFile()
    this.#compact()
    const { u8 } = this.#context.views
    if (this.#filled === this.#next + this.#capacity && this.#growOrSkip() === 'lines') return 'more'
    const from = this.#filled
    const room = this.#next + this.#capacity - from
    const state = this.#pull(u8.subarray(from, from + (room - (room % filePageBytes) || room)))
    if (state === 'wait') return 'wait'
    if (state === 'end') {
      this.#fileState = 'end'
      return 'more'
    }
    if (state === 'file_end') {
      this.#endFile()
      return 'more'
    }
    this.#filled = from + state
    if (this.#atFileStart) this.#skipByteOrderMark()
    if (this.#skippingLine) this.#skipRestOfLine()
    // what was there before ends no line, or is part of a record that these bytes must go on with
    this.#findWhole(Math.max(from, this.#next))
    return 'more'
  }

  /** Whether a line ends at `from` or behind it; where the last one does. */
  #findWhole(from: number): boolean {
    const last = this.#context.views.u8.subarray(from, this.#filled).lastIndexOf(lineFeed)
    this.#whole = last < 0 ? this.#next : from + last + 1
    return last >= 0
  }

  /** A failing input first ends its last whole lines; then the failure is thrown. */
  #pull(into: Uint8Array): number | 'wait' | 'file_end' | 'end' {
    try {
      return this.#input.read(into)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      this.#failure = error
      throw error
    }
  }

  /** The bytes that no decoder has taken move to the front; what was found out about bytes at these addresses no longer holds. */
  #compact(): void {
    this.#context.views.i32[(this.#learnt + learnt.checkedTo) >> 2] = 0
    // a line that comes in many pieces stays where it is
    if (this.#next - this.#base >= cacheLineBytes) this.#moveTo(this.#base)
    this.#whole = this.#next
  }

  /** What is left, as the beginning of the buffer at `base`: what comes behind it comes to a cache line's beginning. */
  #moveTo(base: number): void {
    const size = this.#filled - this.#next
    const start = base + ((cacheLineBytes - (size % cacheLineBytes)) % cacheLineBytes)
    this.#context.views.u8.copyWithin(start, this.#next, this.#filled)
    this.#baseOffsetBytes += this.#next - this.#base - (start - base)
    this.#base = base
    this.#next = start
    this.#whole = start
    this.#filled = start + size
  }

  /** The buffer is full of one line, or of one unfinished record, of which only the first line is left out: then there may be `lines` behind it. */
  #growOrSkip(): 'room' | 'lines' {
    if (this.#capacity < this.#lineBytesMax) {
      const [base, allocated] = [this.#base, this.#allocated]
      this.#moveTo(this.#reserve(Math.min(this.#capacity * 2, this.#lineBytesMax)))
      this.#context.allocator.release(base - headroomBytes, allocated)
      return 'room'
    }
    this.#reportLongLine()
    this.#skippingLine = true
    this.#skipRestOfLine()
    // room for more begins where the next line does
    this.#compact()
    return this.#findWhole(this.#next) ? 'lines' : 'room'
  }

  #reportLongLine(): void {
    this.#callFrom = this.#next
    this.#callLines = this.#lines
    this.#place = { file: this.#input.file, baseOffsetBytes: this.#baseOffsetBytes }
    const limit = String(this.#lineBytesMax)
    const { u8 } = this.#context.views
    const excerpt = u8.slice(this.#next, Math.min(this.#next + recordExcerptBytesMax, this.#filled))
    const end = excerpt.indexOf(lineFeed)
    this.#context.onRowError({
      site: { code: 'line_too_long', span: null, arguments: { limit } },
      siteIndex: -1,
      place: this.#placeAt(this.#next),
      record: end < 0 ? excerpt : excerpt.subarray(0, end),
    })
  }

  #skipRestOfLine(): void {
    const { u8 } = this.#context.views
    const at = u8.subarray(this.#next, this.#filled).indexOf(lineFeed)
    if (at < 0) {
      this.#next = this.#filled
      this.#whole = this.#filled
      this.#compact()
      return
    }
    this.#next += at + 1
    this.#lines += 1
    this.#skippingLine = false
  }

  #startFile(): void {
    this.#fileState = 'open'
    this.#atFileStart = true
    this.#skippingLine = false
    this.#baseOffsetBytes = 0
    this.#lines = 0
    this.#next = this.#base
    this.#whole = this.#base
    this.#filled = this.#base
    this.#context.views.i32[(this.#context.control + sourceControl.headerDone) >> 2] = 0
  }

  /** The last line may lack its line feed: the padding has one. */
  #endFile(): void {
    this.#fileState = 'file_end'
    if (this.#filled === this.#next || this.#skippingLine) return
    this.#context.views.u8[this.#filled] = lineFeed
    this.#filled += 1
    this.#whole = this.#filled
  }

  #skipByteOrderMark(): void {
    const { u8 } = this.#context.views
    const size = this.#filled - this.#next
    const marked =
      u8[this.#next] === 0xef && (size < 2 || u8[this.#next + 1] === 0xbb) && (size < 3 || u8[this.#next + 2] === 0xbf)
    if (marked && size < 3) return
    this.#atFileStart = false
    if (marked) this.#next += 3
  }

  /** A new buffer's base. */
  #reserve(capacity: number): number {
    const size = headroomBytes + cacheLineBytes + capacity * (1 + arenaFactor) + 2 * decodePaddingBytes
    const base = this.#context.allocator.allocate(size) + headroomBytes
    this.#capacity = capacity
    this.#allocated = size
    return base
  }

  #release(): void {
    const { allocator } = this.#context
    if (this.#allocated > 0) allocator.release(this.#base - headroomBytes, this.#allocated)
    allocator.release(this.#learnt, sourceLearntSizeBytes)
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    this.#release()
    return this.#input.close()
  }
}

/** What a dead letter keeps of a line that is too long. */
const recordExcerptBytesMax = 65_536
