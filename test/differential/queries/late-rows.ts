import type { QueryCase } from './query-case.ts'

const micros = (text: string): bigint => {
  const fraction = text.slice(20).padEnd(6, '0')
  return BigInt(Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction)
}

/**
 * The rows that count: semantics.md section 3, written down independently of the engine. The watermark is the greatest ts - delay of the
 * rows before; a row counts unless its window was finished by then. It moves with every row, whatever WHERE says.
 */
export function rowsInTime(testCase: QueryCase): QueryCase['rows'] {
  const { window } = testCase.query
  if (window === null) return testCase.rows
  const size = BigInt(window.sizeSeconds) * 1_000_000n
  const lateness = BigInt(window.latenessSeconds ?? 0) * 1_000_000n
  let watermark: bigint | null = null
  return testCase.rows.filter((row) => {
    const ts = micros(row[0] as string)
    const start = ts - (((ts % size) + size) % size)
    const counts = watermark === null || start + size + lateness > watermark
    const bound = ts - BigInt(window.delaySeconds) * 1_000_000n
    if (watermark === null || bound > watermark) watermark = bound
    return counts
  })
}
