import type { Span } from '../../sql/base/span.ts'
import type { SqlType } from '../../sql/types/sql-type.ts'
import type { BlockLayout } from './block.ts'
import type { OrderMemory } from './state.ts'

/**
 * The artifact: what compiling one query gives. Plain data (structured clone and, with bigints as text, JSON): the
 * in-memory cache, `millrace compile` and what a worker receives are this same thing. It names no address, no path and
 * no callback.
 */
export interface Artifact {
  readonly engineVersion: string
  readonly abiVersion: number
  /** Of everything else in here but the units' kernel IR, which their JavaScript stands for. */
  readonly hash: string
  /** In order of dataflow: producers first. */
  readonly pipelines: readonly PipelineArtifact[]
  readonly units: readonly Unit[]
  readonly constants: readonly Constant[]
  readonly sites: readonly Site[]
}

/** What runs. The hash is left where it is: it may be made when it is read. */
export type ArtifactContent = Omit<Artifact, 'hash'>

/** Of the layouts and contracts in runtime/abi: artifacts made for another version are not loaded. */
export const abiVersion = 3

/** Generated code, loaded as one. Unit index = the number that pipelines name. */
export interface Unit {
  readonly name: string
  readonly constantCount: number
  /** For each of the unit's constants, the artifact's constant. */
  readonly constants: readonly number[]
  readonly scratchSizeBytes: number
  /** JavaScript: body of a function (memory, library, constants, scratch) => exports. */
  readonly javascript: string
  /** The kernel IR module (codegen/kernel/ir.ts), for the interpreter and for later tiers. Plain data. */
  readonly kernel: unknown
  /** Lines of `javascript` and what they come from. */
  readonly marks: readonly UnitMark[]
  /** Places in the program, by the number that the kernel's marks have for them. */
  readonly spans: readonly Span[]
  readonly generateMicros: number
}

/** Code from this line (1-based) up to the next mark comes from this plan node. `operator` is from a fixed vocabulary. */
export interface UnitMark {
  readonly line: number
  readonly planNode: number
  readonly operator: string
  readonly span: Span | null
}

/** Constant pool entries: everything that came from SQL as text or does not fit a number literal. */
export type Constant =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** a view followed by its bytes; the address is the view's */
  | { readonly kind: 'view'; readonly bytes: Uint8Array }
  /** an i32 count, then at `viewListOffset` that many views, then their bytes; sorted by bytes, none twice: how many there are is not in the code */
  | { readonly kind: 'view_list'; readonly items: readonly Uint8Array[] }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'i128'; readonly value: bigint }
  /** a compiled pattern: the address holds an i32 number, the library keeps the matcher */
  | {
      readonly kind: 'pattern'
      readonly form: 'like' | 'similar' | 'regex'
      readonly pattern: string
      readonly escape: string
      readonly caseInsensitive: boolean
    }

/** A place in the query that can fail for a row. */
export interface Site {
  readonly code: string
  readonly span: Span | null
  /** Arguments of the message. */
  readonly arguments: Readonly<Record<string, string>>
}

/** A function of a unit. */
export interface KernelReference {
  readonly unit: number
  readonly function: string
}

export interface ArtifactColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
}

export type PipelineInputArtifact =
  | { readonly kind: 'object'; readonly object: string; readonly columns: readonly number[] }
  | { readonly kind: 'pipelines'; readonly ids: readonly number[] }
  /** One block of no columns and `rowCount` rows: the kernel makes the values. */
  | { readonly kind: 'values'; readonly rowCount: number }

export interface PipelineArtifact {
  readonly id: number
  readonly planNodes: readonly number[]
  readonly input: PipelineInputArtifact
  readonly inputLayout: BlockLayout
  readonly outputLayout: BlockLayout
  readonly outputColumns: readonly ArtifactColumn[]
  readonly outputMode: 'append' | 'retract'
  readonly watermarks: readonly { readonly column: number; readonly lagMicros: string }[]
  readonly terminal: TerminalArtifact
}

/**
 * Signatures of kernels (all parameters i32; in and out are block addresses):
 * - run(in, count, out, control) -> rows written to out
 * - update(in, count, control) -> nothing
 * - emit(list, count, out, control) -> rows written to out (list: runtime/abi/state.ts emitList)
 */
export type TerminalArtifact =
  | { readonly kind: 'output'; readonly run: KernelReference }
  | {
      readonly kind: 'aggregate'
      readonly update: KernelReference
      readonly emit: KernelReference
      readonly emitWhen: 'on_window_close' | 'close_then_changes' | 'changes'
      /** tables[0] holds the groups, the others the sets of DISTINCT aggregates */
      readonly tables: readonly TableArtifact[]
      /** No GROUP BY keys: exactly one group, shown even when no row came (and under CHANGES from the start). */
      readonly singleGroup: boolean
      readonly windowed: boolean
      /** null: no watermark, windows never close */
      readonly lagMicros: string | null
      readonly latenessMicros: string
      /** offset in the row of the i64 count of rows: a group whose count is 0 is not shown; null where groups never go (append inputs, the single group) */
      readonly liveCountOffset: number | null
      /** groups are found by the index and can be removed; false without GROUP BY keys: a pane has one row */
      readonly indexed: boolean
    }
  /** The rows of a materialized view with their multiplicities, for snapshots. Consumes the pipeline before it and gives nothing by itself. */
  | {
      readonly kind: 'store'
      readonly update: KernelReference
      readonly emit: KernelReference
      readonly table: TableArtifact
      readonly liveCountOffset: number
    }
  | {
      readonly kind: 'window_hold'
      readonly update: KernelReference
      readonly emit: KernelReference
      readonly table: TableArtifact
      readonly lagMicros: string
      readonly latenessMicros: string
    }
  /** run as for output; then the evaluator appends columns `firstColumn`.. of outputLayout */
  | {
      readonly kind: 'evaluate'
      readonly run: KernelReference
      readonly firstColumn: number
      readonly calls: readonly EvaluatorCallArtifact[]
    }

export interface EvaluatorCallArtifact {
  readonly name: string
  /** Data for the planner's evaluator (sql/planner): the call over columns `c0`, `c1`, .. */
  readonly request: string
  readonly argumentColumns: readonly number[]
  readonly site: number
  /** bool column next to the result: 1 where the call failed for the row */
  readonly failedColumn: number
}

export interface TableArtifact {
  readonly rowSizeBytes: number
  /** For EXPLAIN and state inspection. */
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly memory: string }[]
  /** Offsets of string fields, and of those among them that change while the row lives. */
  readonly viewOffsets: readonly number[]
  readonly changingViewOffsets: readonly number[]
  /** The order in which rows are kept besides (layout in memory: runtime/abi/state.ts), if they are. */
  readonly order: RowOrderArtifact | null
}

export interface RowOrderArtifact {
  /** Offsets of the links. */
  readonly left: number
  readonly right: number
  readonly parent: number
  readonly keys: readonly OrderKeyArtifact[]
}

export interface OrderKeyArtifact {
  readonly memory: OrderMemory
  readonly offset: number
  /** Where the bit is that says that the key is not NULL; null: it never is. */
  readonly valid: { readonly offset: number; readonly mask: number } | null
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/**
 * A source's own unit: decode turns bytes into blocks, ingest completes them.
 * - decode(bytes, from, to, block, control) -> position after the last whole record taken; control.rows says how many rows the block holds.
 *   `from` and `to` are addresses; the byte before `to` is a line feed; `decodePaddingBytes` after `to` (and 16 before `from`) can be read. `bytes`: address of the buffer
 * - ingest(block, count, control) -> rows left: defaults, computed columns, event time, watermark per row
 */
export interface SourceArtifact {
  readonly hash: string
  readonly units: readonly Unit[]
  readonly constants: readonly Constant[]
  readonly sites: readonly Site[]
  readonly layout: BlockLayout
  /** The declared columns, by the layout's column order: only those that some reader needs are decoded; others are absent (null). */
  readonly columns: readonly (ArtifactColumn | null)[]
  readonly decode: KernelReference | null
  readonly ingest: KernelReference
}

/**
 * Control block of a source unit, 16-aligned. What decode tells its reader (runtime/format/record-reader.ts) beside rows, and
 * what it remembers between calls; zeroed before the first call.
 */
export const sourceControl = {
  /** i32 rows in the block after decode */
  rows: 0,
  /** i64 greatest watermark so far (instantMin of state.ts at the start) */
  watermark: 8,
  /** i32 rows whose event time is before the watermark */
  lateRows: 16,
  /** i64 upper bound for event times; instantMax of state.ts when off */
  aheadLimit: 24,
  /** i32 lines consumed by the last decode */
  lines: 32,
  /** i32 records that the last decode refused (at most `sourceErrorsMax`, then decode returns early); entries of four i32 in `errors`: site, record start, record end, rows before it */
  errorCount: 36,
  /** i32: where long decoded text goes next, and the end of that arena; the reader resets it before each decode */
  arenaCursor: 40,
  arenaEnd: 44,
  /** i32, set by the reader: 1 when no more bytes will follow `to` */
  atEnd: 48,
  /** i32, CSV: 1 once the header line was read (the reader sets it to 0 at the start of each file) */
  headerDone: 52,
  /** i32 address of what was learnt about field order (layout: the decoder's own), set by the reader */
  learnt: 56,
  /** sourceErrorsMax entries of 16 bytes */
  errors: 64,
  /** blockRowsMax i32: address of each row's first byte */
  recordStarts: 64 + 16 * 64,
  sizeBytes: 64 + 16 * 64 + 4 * 1024,
} as const

/**
 * A sink's own unit: encode turns the rows of its query's blocks into bytes.
 * - encode(block, from, to, control) -> row: the rows from .. row - 1 are written, from control.at on, which has moved. Rows are left where the room up
 *   to control.end may not do for the next one, which control.needed tells. `encodeStepBytes` behind control.end can be written.
 */
export interface SinkArtifact {
  readonly hash: string
  readonly units: readonly Unit[]
  readonly constants: readonly Constant[]
  readonly sites: readonly Site[]
  readonly encode: KernelReference
}

/** Control block of a sink's unit, 16-aligned; zeroed before the first call. */
export const sinkControl = {
  /** i32 address of the next byte, and the end of the room for it */
  at: 0,
  end: 4,
  /** i32: lines of the next row that are written already: a row of a changelog is as many as its weight */
  copies: 8,
  /** f64: what the next row may take, in bytes */
  needed: 16,
  sizeBytes: 32,
} as const

/** Bounds how much one decode call can refuse before its reader deals with it. */
export const sourceErrorsMax = 64

/** What a reader allocates for `sourceControl.learnt`. */
export const sourceLearntSizeBytes = 65_536

/** Readable bytes after the end of what a decoder is given: scanners that stop at line feeds need no bounds checks. */
export const decodePaddingBytes = 64
