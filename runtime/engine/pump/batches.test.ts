import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Millrace } from '../../../index.ts'
import { must } from '../../../sql/base/assert.ts'
import { batchBlocksMax } from '../../abi/memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-batches-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Counts the rows of files of one row each, which are blocks of their own; what a sink has got, and the error. */
async function countOf(name: string, rows: readonly string[]): Promise<{ written: string; error: unknown }> {
  for (const [index, row] of rows.entries())
    writeFileSync(join(folder, `${name}-${String(index).padStart(3, '0')}.ndjson`), row)
  const [input, output] = [join(folder, `${name}-*.ndjson`), join(folder, `${name}.out`)]
  writeFileSync(output, '')
  await using db = await Millrace.open({ settings: { on_error: 'fail' } })
  const error: unknown = await db
    .execute(
      `CREATE SOURCE t (v BIGINT) FORMAT JSON WITH (connector = 'file', path = '${input}');
       CREATE SINK s AS SELECT COUNT(*) AS n, SUM(v) AS total FROM t FORMAT JSON WITH (connector = 'file', path = '${output}', mode = 'append');`,
    )
    .then(() => db.drain())
    .catch((reason: unknown) => reason)
  await db.close()
  return { written: readFileSync(output, 'utf8'), error }
}

const count = (n: number, kind: 'insert' | 'delete' = 'insert'): string =>
  JSON.stringify({ [kind]: { n, total: n === 0 ? null : n } })

describe('batches of a source', () => {
  it('are so many blocks, whose changes are shown once; what is left is one, too', async () => {
    const rows = Array.from({ length: 2 * batchBlocksMax + 3 }, () => '{"v":1}')
    const { written, error } = await countOf('whole', rows)
    expect(error).toBeUndefined()
    const shown = [0, batchBlocksMax, 2 * batchBlocksMax, rows.length]
    const lines = shown.flatMap((n, index) =>
      index === 0 ? [count(n)] : [count(must(shown[index - 1]), 'delete'), count(n)],
    )
    expect(written.trim().split('\n')).toEqual(lines)
  })

  it.each([0, 1, batchBlocksMax - 1, batchBlocksMax])('shows %i blocks before one that fails', async (good) => {
    const rows = [...Array.from({ length: good }, () => '{"v":1}'), '{"v":"one"}', '{"v":1}']
    const { written, error } = await countOf(`failing-${good}`, rows)
    expect(error).toMatchObject({ diagnostic: { code: 'wrong_type' } })
    expect(written.trim().split('\n').at(-1)).toBe(count(good))
  })
})
