import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { columnTypes } from './column-types.ts'
import type { RecordCase } from './record-case.ts'

const folder = join(import.meta.dirname, 'kept')

/** A failed case in a file that later runs replay. Column types are kept by name. */
export function keepCase(testCase: RecordCase): string {
  const text = `${JSON.stringify(testCase, (key, value: unknown) => (key === 'type' ? (value as { sql: string }).sql : value), 2)}\n`
  const file = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, text)
  return file
}

export function keptCases(): readonly { readonly name: string; readonly testCase: RecordCase }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.json'))
    .map(({ name }) => ({ name, testCase: readCase(join(folder, name)) }))
}

function readCase(file: string): RecordCase {
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'type' ? columnTypes.find((type) => type.sql === value) : value,
  ) as RecordCase
}
