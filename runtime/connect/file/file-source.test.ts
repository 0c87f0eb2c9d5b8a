import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFile,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { columnsOf, declare } from '../../../test/support/connect/source-context.ts'
import { type BoundDecoder, bindDecoder, compileDecoder } from '../../../test/support/decoders/harness.ts'
import { must } from '../../../sql/base/assert.ts'
import type { SourceReader } from '../connector.ts'
import { type ConnectorWorld, nodeWorld, planSource } from '../connectors.ts'

const folder = mkdtempSync(join(tmpdir(), 'file-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

const columns = columnsOf('a BIGINT')
const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, n) => `{"a":${from + n}}\n`).join('')

function open(
  options: Record<string, string>,
  world: Partial<ConnectorWorld> = {},
): { reader: SourceReader; decoder: BoundDecoder } {
  const declaration = declare(columns, { connector: 'file', ...options })
  const connector = planSource(declaration, { ...nodeWorld, ...world })
  declaration.options.finish()
  const decoder = bindDecoder(compileDecoder(columns, must(connector.format)), { tier: 'javascript' })
  return { reader: connector.open(decoder), decoder }
}

/** Reads until the end, a failure, or `limit` rows. */
async function readSome(
  { reader, decoder }: ReturnType<typeof open>,
  limit = Infinity,
): Promise<{ values: number[]; failure?: string }> {
  const values: number[] = []
  try {
    while (values.length < limit) {
      const result = reader.read()
      if (result.kind === 'end') break
      if (result.kind === 'wait') await result.until
      else if (result.kind === 'rows')
        for (let row = 0; row < result.count; row++) values.push(Number(decoder.views.i64[(decoder.block >> 3) + row]))
    }
    return { values }
  } catch (error) {
    return { values, failure: (error as { code: string }).code }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe('file source', () => {
  test('reads the files of a glob in byte order, each with its own lines and header', async () => {
    writeFileSync(join(folder, 'part-b.ndjson'), '{"a":2}\n{"a":3}\n')
    writeFileSync(join(folder, 'part-a.ndjson'), '{"a":0}\n{"a":1}\n')
    writeFileSync(join(folder, 'part-c.ndjson'), '')
    const source = open({ path: join(folder, 'part-*.ndjson') })
    expect(source.reader.read()).toEqual({ kind: 'rows', count: 2 })
    expect(source.reader.place(1)).toEqual({
      object: 'input',
      file: join(folder, 'part-a.ndjson'),
      line: 2,
      offsetBytes: 8,
    })
    expect(Buffer.from(must(source.reader.record(1))).toString()).toBe('{"a":1}')
    expect(source.reader.read()).toEqual({ kind: 'rows', count: 2 })
    expect(source.reader.place(0)).toMatchObject({ file: join(folder, 'part-b.ndjson'), line: 1 })
    expect(source.reader.read()).toEqual({ kind: 'end' })
    await source.reader.close()
  })

  test('reads files larger than its buffer', async () => {
    const path = join(folder, 'large.ndjson')
    writeFileSync(path, numbers(0, 200_000))
    const source = open({ path })
    const { values } = await readSome(source)
    expect(values.length).toBe(200_000)
    expect(values.every((value, index) => value === index)).toBe(true)
    expect(source.reader.bytesRead).toBe(readFileSync(path).length)
  })

  test('knows how much of its files has been read; of one that grows nobody does', async () => {
    for (const name of ['part-1', 'part-2']) writeFileSync(join(folder, `${name}.rows`), numbers(0, 100_000))
    const source = open({ path: join(folder, 'part-*.rows') })
    expect(source.reader.progress).toBe(0)
    await readSome(source, 50_000)
    const early = source.reader.progress as number
    expect(early).toBeGreaterThan(0.2)
    expect(early).toBeLessThan(0.5)
    await readSome(source, 100_000)
    expect(source.reader.progress).toBeGreaterThan(0.6)
    await readSome(source)
    expect(source.reader.progress).toBe(1)
    const tailed = open({ path: join(folder, 'part-1.rows'), mode: 'tail' })
    await readSome(tailed, 1000)
    expect(tailed.reader.progress).toBeNull()
    await tailed.reader.close()
  })

  test.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const)('.%s files are decompressed; a truncated one fails after its good rows', async (suffix, compress) => {
    const path = join(folder, `packed.ndjson.${suffix}`)
    const packed = compress(Buffer.from(numbers(0, 50_000)))
    writeFileSync(path, packed)
    expect(await readSome(open({ path }))).toEqual({ values: upTo(50_000) })
    writeFileSync(path, packed.subarray(0, Math.floor(packed.length / 2)))
    const { values, failure } = await readSome(open({ path }))
    expect(failure).toBe('truncated_input')
    // zstd gives whole blocks of 128 KiB only
    expect(values.length).toBeGreaterThan(suffix === 'gz' ? 1000 : -1)
    expect(values).toEqual(upTo(values.length))
    writeFileSync(path, 'this is not compressed')
    expect((await readSome(open({ path }))).failure).toBe('file_unreadable')
  })

  test('missing and unreadable files are coded', async () => {
    expect(await readSome(open({ path: join(folder, 'nothing.ndjson') }))).toEqual({
      values: [],
      failure: 'file_not_found',
    })
    expect(() => open({ path: join(folder, 'nothing-*.ndjson') })).toThrow(
      expect.objectContaining({ code: 'file_not_found' }),
    )
    mkdirSync(join(folder, 'directory'))
    expect(await readSome(open({ path: join(folder, 'directory') }))).toEqual({
      values: [],
      failure: 'file_unreadable',
    })
    const denied = Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES' })
    const fileSystem = {
      ...nodeWorld.fileSystem,
      openForReading: () => {
        throw denied
      },
    }
    expect(() => open({ path: 'x' }, { fileSystem }).reader.read()).toThrow(
      expect.objectContaining({ message: 'cannot read x: EACCES: permission denied' }),
    )
  })

  test('standard input is read as it comes, and its end ends the source', async () => {
    const stdin = new PassThrough()
    const source = open({ path: '-' }, { stdin: () => stdin })
    expect(source.reader.read().kind).toBe('wait')
    stdin.write('{"a":0}\n{"a"')
    expect(await readSome(source, 1)).toEqual({ values: [0] })
    stdin.write(':1}\n')
    expect(await readSome(source, 1)).toEqual({ values: [1] })
    stdin.end('{"a":2}')
    expect(await readSome(source)).toEqual({ values: [2] })
    await source.reader.close()
  })

  test('a pipe is read to its end, once, and unpacked by its suffix', async () => {
    for (const [name, bytes] of [
      ['pipe', Buffer.from(numbers(0, 3))],
      ['pipe.gz', gzipSync(numbers(0, 3))],
    ] as const) {
      const path = join(folder, name)
      execFileSync('mkfifo', [path])
      const declaration = declare(columns, { connector: 'file', path })
      expect(planSource(declaration, nodeWorld)).toMatchObject({ bounded: true, replayable: false })
      expect(() => open({ path, mode: 'tail' })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
      writeFile(path, bytes, () => {})
      const source = open({ path })
      expect(await readSome(source)).toEqual({ values: upTo(3) })
      await source.reader.close()
    }
    writeFile(join(folder, 'pipe.gz'), gzipSync(numbers(0, 3)).subarray(0, 10), () => {})
    expect(await readSome(open({ path: join(folder, 'pipe.gz') }))).toMatchObject({ failure: 'file_unreadable' })
    expect(await readSome(open({ path: '/dev/null' }))).toEqual({ values: [] })
  })

  test('a stream that fills up is paused until its bytes are taken', async () => {
    const stdin = new PassThrough({ highWaterMark: 1 << 16 })
    const source = open({ path: '-' }, { stdin: () => stdin })
    expect(source.reader.read().kind).toBe('wait')
    const line = Buffer.from(numbers(0, 10_000))
    let written = 0
    while (written < 8 << 20 && stdin.write(line)) {
      written += line.length
      await new Promise(setImmediate)
    }
    expect(written).toBeLessThan(4 << 20)
    stdin.end()
    const { values } = await readSome(source)
    expect(values.length).toBeGreaterThan(10_000)
    expect(values.length % 10_000).toBe(0)
  })

  test('a tailed file grows; when it shrinks or is replaced that is an error', async () => {
    const path = join(folder, 'tailed.ndjson')
    writeFileSync(path, numbers(0, 2))
    const source = open({ path, mode: 'tail' })
    expect(await readSome(source, 2)).toEqual({ values: [0, 1] })
    const more = readSome(source, 2)
    appendFileSync(path, '{"a":2}\n{"a')
    appendFileSync(path, '":3}\n')
    expect(await more).toEqual({ values: [2, 3] })
    truncateSync(path, 8)
    expect(await readSome(source)).toEqual({ values: [], failure: 'file_shrunk' })
    await source.reader.close()
    writeFileSync(path, numbers(0, 1))
    const rotated = open({ path, mode: 'tail' })
    expect(await readSome(rotated, 1)).toEqual({ values: [0] })
    renameSync(path, `${path}.1`)
    writeFileSync(path, numbers(0, 1))
    expect(await readSome(rotated)).toEqual({ values: [], failure: 'file_shrunk' })
  })

  test('closing wakes a tail that waits', async () => {
    const path = join(folder, 'waiting.ndjson')
    writeFileSync(path, '')
    const { reader } = open({ path, mode: 'tail' })
    const result = reader.read()
    expect(result.kind).toBe('wait')
    await reader.close()
    if (result.kind === 'wait') await result.until
  })

  test('options are checked before any file is touched', () => {
    const plan = (options: Record<string, string>) => () => {
      const declaration = declare(columns, { connector: 'file', ...options })
      planSource(declaration, nodeWorld)
      declaration.options.finish()
    }
    expect(plan({})).toThrow(expect.objectContaining({ code: 'missing_option' }))
    expect(plan({ path: 'x', mode: 'tall' })).toThrow(expect.objectContaining({ code: 'invalid_option_value' }))
    expect(plan({ path: 'x', pth: 'y' })).toThrow(expect.objectContaining({ code: 'unknown_option' }))
    expect(plan({ path: '-', mode: 'tail' })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(plan({ path: 'x.gz', mode: 'tail' })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(() => planSource(declare(columns, { connector: 'fil' }), nodeWorld)).toThrow(
      expect.objectContaining({ code: 'unknown_connector' }),
    )
    expect(() => planSource(declare(columns, { connector: 'nexmark' }, { name: 'json' }), nodeWorld)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})
