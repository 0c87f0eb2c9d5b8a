/** What running a query showed; EXPLAIN ANALYZE adds it. The engine fills it in, pipelines in any order. */
export interface Analysis {
  readonly elapsedMicros: number
  readonly pipelines: readonly PipelineAnalysis[]
}

export interface PipelineAnalysis {
  readonly pipeline: number
  readonly tier: 'interpreter' | 'javascript' | 'wasm'
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

/** The figures of a pipeline in a line: `1,000 rows in, 10 out, 52 ns per row, ..`. */
export function analysisText(figures: PipelineAnalysis): string {
  const { tier, rowsIn, rowsOut, nanosPerRow, stateSizeBytes, groupCount, lateRows, rowErrors } = figures
  return [
    `${tier} tier`,
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

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function bytesText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} bytes`
  return sizeBytes < 1024 ** 2 ? `${(sizeBytes / 1024).toFixed(1)} KiB` : `${(sizeBytes / 1024 ** 2).toFixed(1)} MiB`
}
