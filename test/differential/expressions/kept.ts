import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpressionCase } from './expression-case.ts'

const folder = join(import.meta.dirname, 'kept')

/** A failed case in a file that later runs replay. */
export function keepCase(subject: ExpressionCase): string {
  const text = `${JSON.stringify(subject, write, 2)}\n`
  const file = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, text)
  return file
}

export function keptCases(): readonly { readonly name: string; readonly subject: ExpressionCase }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, subject: JSON.parse(readFileSync(join(folder, name), 'utf8'), read) as ExpressionCase }))
}

/** What JSON lacks, tagged. */
function write(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $number: Object.is(value, -0) ? '-0' : String(value) }
  return value
}

function read(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$bigint' in value) return BigInt(String(value.$bigint))
  return '$number' in value ? Number(value.$number) : value
}
