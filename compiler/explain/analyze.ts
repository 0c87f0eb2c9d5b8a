import { servedSql } from './library-uses.ts'

/** What running a query showed; EXPLAIN ANALYZE adds it. The engine fills it in, pipelines in any order. */
export interface Analysis {
  readonly elapsedMicros: number
  readonly code: CodeAnalysis
  readonly pipelines: readonly PipelineAnalysis[]
  /** What the statement reads, as far as it has code of its own: decoders, computed columns. */
  readonly sources: readonly SourceAnalysis[]
  /** What turns its rows into bytes, when it is a sink that does. */
  readonly encoders: readonly EncoderAnalysis[]
  /** Of the whole database; null when tiers do not change. */
  readonly tiers: TierCounters | null
}

/** How the statement's code came to be, when the statement was planned. */
export interface CodeAnalysis {
  readonly origin: 'compiled' | 'memory' | 'disk'
  /** Lowering and generating, or looking it up. */
  readonly micros: number
}

/** Adaptive compilation since the database was opened. */
export interface TierCounters {
  readonly compiles: number
  readonly compileFailures: number
  readonly compileMillis: number
  readonly codeBytes: number
  readonly swaps: number
  readonly deoptimisations: number
  readonly swapMillis: number
  readonly swapMillisMax: number
}

/** The tier that code ran in at the end, and why. */
export interface TierAnalysis {
  readonly tier: 'interpreter' | 'javascript' | 'wasm'
  readonly reason: string
  /** Functions of the library that WebAssembly calls; empty for other tiers, where calls are no exception. */
  readonly calls: readonly string[]
  /** Of its WebAssembly, when that was compiled while the query ran. */
  readonly compileMillis: number
  readonly codeBytes: number
  readonly swaps: number
  readonly deoptimisations: number
}

export interface SourceAnalysis {
  readonly source: string
  readonly tier: TierAnalysis
  readonly rowsIn: number
  readonly rowsOut: number
}

export interface EncoderAnalysis {
  readonly sink: string
  readonly tier: TierAnalysis
  readonly rows: number
}

export interface PipelineAnalysis {
  readonly pipeline: number
  readonly tier: TierAnalysis
  readonly rowsIn: number
  readonly rowsOut: number
  /** Time in this pipeline's code, its operator and the evaluator, per row that came in; null when none did. */
  readonly nanosPerRow: number | null
  readonly stateSizeBytes: number
  readonly groupCount: number
  /** Rows dropped because all their windows were finished. */
  readonly lateRows: number
  /** Rows that raised an error and were skipped or went to dead_letters. */
  readonly rowErrors: number
}

/** What all forms of EXPLAIN ANALYZE say about a run; each of `sources` and `encoders` is a line. */
export interface AnalysisTexts {
  readonly code: string
  readonly elapsed: string
  readonly sources: readonly string[]
  readonly encoders: readonly string[]
  readonly tiers: string | null
}

export function analysisTexts({ elapsedMicros, code, sources, encoders, tiers }: Analysis): AnalysisTexts {
  return {
    code: codeText(code),
    elapsed: `${(elapsedMicros / 1000).toFixed(1)} ms`,
    sources: sources.map(sourceText),
    encoders: encoders.map(encoderText),
    tiers: tiers === null ? null : tierCountersText(tiers),
  }
}

/** The lines about a pipeline; none where nothing is known of it. */
export function pipelineTexts(analysis: Analysis | null, pipeline: number): readonly string[] {
  const figures = analysis?.pipelines.find((each) => each.pipeline === pipeline)
  return figures === undefined ? [] : [analysisText(figures), tierText(figures.tier)]
}

/** The figures of a pipeline in a line: `1,000 rows in, 10 out, 52 ns per row, ..`. */
export function analysisText(figures: PipelineAnalysis): string {
  const { tier, rowsIn, rowsOut, nanosPerRow, stateSizeBytes, groupCount, lateRows, rowErrors } = figures
  return [
    `${tier.tier} tier`,
    `${count(rowsIn)} rows in`,
    `${count(rowsOut)} out`,
    ...(nanosPerRow === null
      ? []
      : [`${nanosPerRow < 10 ? nanosPerRow.toFixed(1) : Math.round(nanosPerRow)} ns per row`]),
    ...(stateSizeBytes === 0 ? [] : [`state ${bytesText(stateSizeBytes)}`]),
    ...(groupCount === 0 ? [] : [`${count(groupCount)} groups`]),
    ...(lateRows === 0 ? [] : [`${count(lateRows)} late`]),
    ...(rowErrors === 0 ? [] : [`${count(rowErrors)} errors`]),
  ].join(', ')
}

/** Why code runs in its tier, in a line: `wasm tier: hot, ..; compiled in 93 ms to 5,010 bytes, 1 swap`. */
function tierText(analysis: TierAnalysis): string {
  const { tier, reason, calls, compileMillis, codeBytes, swaps, deoptimisations } = analysis
  return [
    `${tier} tier: ${reason}`,
    ...(calls.length === 0 ? [] : [`calls ${calls.map((name) => `${name} (${servedSql(name)})`).join(', ')}`]),
    ...(codeBytes === 0 ? [] : [`compiled in ${Math.round(compileMillis)} ms to ${bytesText(codeBytes)}`]),
    ...(swaps === 0 ? [] : [counted(swaps, 'swap')]),
    ...(deoptimisations === 0 ? [] : [counted(deoptimisations, 'deoptimisation')]),
  ].join('; ')
}

/** `compiled in 3.2 ms`, or where it was found. */
function codeText({ origin, micros }: CodeAnalysis): string {
  const what = { compiled: 'compiled', memory: 'from memory', disk: 'from the artifact cache' }[origin]
  return `${what} in ${(micros / 1000).toFixed(1)} ms`
}

/** A source's figures in a line. */
function sourceText({ source, tier, rowsIn, rowsOut }: SourceAnalysis): string {
  return `${source}: ${count(rowsIn)} rows in, ${count(rowsOut)} out, ${tierText(tier)}`
}

/** An encoder's figures in a line. */
function encoderText({ sink, tier, rows }: EncoderAnalysis): string {
  return `${sink}: ${count(rows)} rows encoded, ${tierText(tier)}`
}

/** The counters in a line. */
function tierCountersText(counters: TierCounters): string {
  const { compiles, compileFailures, compileMillis, codeBytes, swaps, deoptimisations, swapMillis, swapMillisMax } =
    counters
  return [
    `${counted(compiles, 'compile')} in ${Math.round(compileMillis)} ms beside the queries, ${bytesText(codeBytes)} of code`,
    ...(compileFailures === 0 ? [] : [`${count(compileFailures)} failed`]),
    counted(swaps, 'swap') +
      (swaps === 0 ? '' : ` in ${swapMillis.toFixed(2)} ms, ${swapMillisMax.toFixed(2)} at most`),
    counted(deoptimisations, 'deoptimisation'),
  ].join(', ')
}

function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function bytesText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} bytes`
  return sizeBytes < 1024 ** 2 ? `${(sizeBytes / 1024).toFixed(1)} KiB` : `${(sizeBytes / 1024 ** 2).toFixed(1)} MiB`
}
