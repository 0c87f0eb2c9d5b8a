import type { DataPlace } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import type { SqlType } from '../../sql/types/sql-type.ts'
import type { Site } from '../abi/artifact.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { InputFormat, OutputFormat } from '../abi/format.ts'
import type { MemoryViews } from '../abi/memory.ts'
import type { OptionReader } from './option-reader.ts'

/**
 * What the engine and a connector say to each other.
 *
 * Planning: the engine takes its own options (`on_error`, `watermark.*`, ..) from the `OptionReader`, asks the connector
 * for a `SourceConnector` or `SinkConnector` (which takes the rest), then calls `options.finish()`: what nobody took is
 * an `unknown_option`. No file is touched before `open`.
 *
 * Running: a source is pulled. `read()` fills the one block at `context.block`, whose views stay valid until the next
 * `read()`; a sink is pushed, and whoever pushes waits for `ready()` when it is not `true`. Both hold a bounded number of bytes.
 */
export interface ConnectorColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
  /** Of its definition. */
  readonly span?: Span | undefined
}

export interface ConnectorFormat {
  readonly name: string
  readonly options: OptionReader
  readonly span?: Span | undefined
}

export interface ConnectorDeclaration {
  readonly name: string
  readonly nameSpan?: Span | undefined
  /** Declared columns; of a source without the computed ones. */
  readonly columns: readonly ConnectorColumn[]
  readonly format: ConnectorFormat | undefined
  readonly options: OptionReader
}

/** Plain allocation in the worker's memory. 16-aligned. */
export interface ByteAllocator {
  allocate(sizeBytes: number): number
  release(address: number, sizeBytes: number): void
}

export interface Clock {
  /** Microseconds since 1970-01-01 UTC. */
  nowMicros(): bigint
  /** Resolves after `millis`; early (without error) when the signal aborts. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>
}

// ---- sources -------------------------------------------------------------------------------------------------

export interface SourceConnector {
  /** Ends by itself. */
  readonly bounded: boolean
  /** Can be read again from the start with the same result. */
  readonly replayable: boolean
  /** How bytes become rows: the engine compiles a decoder from it. Null: the connector writes columns itself. */
  readonly format: InputFormat | null
  open(context: SourceContext): SourceReader
}

/** decode of a SourceArtifact. The function may be another one from one call to the next: read it at every call. */
export interface Decoder {
  readonly kernel: (
    ...parameters: readonly [bytes: number, from: number, to: number, block: number, control: number]
  ) => number
}

export interface SourceContext {
  readonly name: string
  readonly views: MemoryViews
  readonly allocator: ByteAllocator
  readonly clock: Clock
  /** Where rows go: `layout.sizeBytes` bytes laid out as `layout`. */
  readonly block: number
  readonly layout: BlockLayout
  /** By the layout's column order; null where nobody reads the column. */
  readonly columns: readonly (ConnectorColumn | null)[]
  /** Control block of the source unit (sourceControl). */
  readonly control: number
  /** Null when `SourceConnector.format` is. */
  readonly decode: Decoder | null
  readonly sites: readonly Site[]
  /** `on_error = 'fail'`: rows before a refused record are delivered before `onRowError` is called for it (which must then throw). */
  readonly failFast: boolean
  /** A record that could not be decoded: the engine applies `on_error`. May throw, which `read()` passes on; reading may go on afterwards. */
  onRowError(error: SourceRowError): void
}

export interface SourceRowError {
  readonly site: Site
  /** Index in context.sites; -1 for errors of the connector itself (a line too long). */
  readonly siteIndex: number
  readonly place: DataPlace
  /** The record as it was received. */
  readonly record: Uint8Array
}

export type ReadResult =
  /** The block holds `count` rows (1 to blockRowsMax). */
  | { readonly kind: 'rows'; readonly count: number }
  /** Every later row has an event time of at least `micros`: said by producers that send watermarks. */
  | { readonly kind: 'watermark'; readonly micros: bigint }
  /** Nothing now; `until` resolves (never rejects) when reading is worth trying again. */
  | { readonly kind: 'wait'; readonly until: Promise<void> }
  | { readonly kind: 'end' }

export interface SourceReader {
  /** Throws DataError when the input itself fails (missing, unreadable, truncated, shrunk); rows read before have been delivered. */
  read(): ReadResult
  /** Where row `row` of the block in hand came from. */
  place(row: number): DataPlace
  /** The bytes of row `row` of the block in hand, as received; null where there are none. */
  record(row: number): Uint8Array | null
  /** For progress: bytes of input taken so far (compressed size for compressed files). */
  readonly bytesRead: number
  /** How much of the input has been taken, 0 to 1, as far as that can be told; null or absent: nobody knows. */
  readonly progress?: number | null
  /** Stops waiting and frees everything; idempotent. `read()` must not be called again. */
  close(): Promise<void>
}

// ---- sinks ---------------------------------------------------------------------------------------------------

export interface SinkConnector {
  /** What the sink can take: false = append-only results. */
  readonly takesChanges: boolean
  /** How rows become bytes: the engine compiles an encoder from it. Null: they do not. */
  readonly format: OutputFormat | null
  open(context: SinkContext): SinkWriter
}

/** encode of a SinkArtifact. */
export interface Encoder {
  /** Address of its control block (sinkControl). */
  readonly control: number
  /** The rows from .. n - 1 of a block are written, as far as there was room; n. */
  encode(block: number, from: number, to: number): number
}

export interface SinkContext {
  readonly name: string
  readonly views: MemoryViews
  readonly allocator: ByteAllocator
  /** Null when `SinkConnector.format` is. */
  readonly encoder: Encoder | null
  readonly layout: BlockLayout
  readonly columns: readonly ConnectorColumn[]
  /** For upsert output: ordinals of the key columns. */
  readonly key: readonly number[]
  /** A bare SELECT's results and `stdout` go here; injectable for tests and embedding. */
  readonly stdout: ByteStream
}

/** Somewhere bytes go. */
export interface ByteStream {
  /** Takes ownership of `bytes`. Resolves when more may be written; rejects with the system's error. `'closed'`: the reader has gone (EPIPE). */
  write(bytes: Uint8Array): Promise<'open' | 'closed'>
}

export interface SinkWriter {
  /** Encodes rows 0 .. count - 1 of a block laid out as context.layout. Never blocks; call `ready` afterwards. Throws DataError when the sink failed. */
  write(block: number, count: number): void
  /** True, or a promise to wait for before the next write. Rejects with DataError when the sink failed. */
  ready(): true | Promise<void>
  /** Everything written so far leaves for where it goes (a live pipe). */
  flush(): Promise<void>
  /** Ends well: flushes, then makes the result visible (rename). */
  finish(): Promise<SinkSummary>
  /** Ends badly: what was written becomes invisible where the sink can do that. */
  abort(): Promise<void>
  /** The reader of our output has gone: nothing more needs to be computed for it. */
  readonly closedByReader: boolean
}

export interface SinkSummary {
  readonly rows: number
  readonly bytes: number
  /** For people: what `blackhole` prints at the end. */
  readonly text?: string | undefined
}
