import type { Row } from './row-reader.ts'

/** A row as JSON with all its digits: BIGINT as a number, bytes as base64. */
export function rowJson(row: Row): string {
  const fields = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`)
  return `{${fields.join(',')}}`
}

function valueJson(value: Row[string]): string {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value))
  if (typeof value === 'object' && value !== null)
    return `{"months":${value.months},"days":${value.days},"micros":${value.micros}}`
  return JSON.stringify(value)
}
