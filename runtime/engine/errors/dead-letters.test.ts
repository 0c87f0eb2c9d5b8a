import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Millrace } from '../millrace.ts'

test('a row that is no text is kept as bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'letters-'))
  const path = join(folder, 'in.ndjson')
  const lines = ['{"a":"x\\ufeff"', '\ufeff broken', '{"a":"\0"}', '{"a":"é"}'].map((line) => Buffer.from(line))
  const invalid = Buffer.from([0x7b, 0xff])
  writeFileSync(path, Buffer.concat([...lines, invalid].flatMap((line) => [line, Buffer.from('\n')])))
  await using db = await Millrace.open({ settings: { on_error: 'dead_letter' } })
  await db.execute('CREATE STREAM letters AS SELECT line, "row", row_bytes FROM dead_letters')
  const letters: unknown[] = []
  db.subscribe('letters', ({ row }) => letters.push(row))
  await db.execute(`CREATE SOURCE input (a VARCHAR) WITH (connector = 'file', path = '${path}');
    CREATE MATERIALIZED VIEW q AS SELECT a FROM input`)
  await db.drain()
  expect(letters).toEqual([
    { line: 1n, row: '{"a":"x\\ufeff"', row_bytes: null },
    { line: 2n, row: '\ufeff broken', row_bytes: null },
    { line: 3n, row: null, row_bytes: new Uint8Array(Buffer.from('{"a":"\0"}')) },
    { line: 5n, row: null, row_bytes: new Uint8Array(invalid) },
  ])
  rmSync(folder, { recursive: true })
})
