import { execFileSync } from 'node:child_process'
import {
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { blockContext, columnsOf, declare, sinkContext } from '../../../test/support/connect/source-context.ts'
import type { SinkContext, SinkWriter } from '../connector.ts'
import { must } from '../../../sql/base/assert.ts'
import { pageSizeBytes } from '../../abi/memory.ts'
import { type ConnectorWorld, nodeWorld, planSink } from '../connectors.ts'
import { storeView } from '../../format/cells.ts'
import type { PageAllocator } from '../../memory/page-allocator.ts'

const folder = mkdtempSync(join(tmpdir(), 'file-sink-'))
afterAll(() => rmSync(folder, { recursive: true }))

const columns = columnsOf('a BIGINT NOT NULL')
const context = blockContext(columns)
for (let row = 0; row < 1024; row++) context.views.i64[(context.block >> 3) + row] = BigInt(row)

function open(
  options: Record<string, string>,
  {
    world,
    sink,
    format,
  }: { world?: Partial<ConnectorWorld>; sink?: Partial<SinkContext>; format?: { name: string } } = {},
): SinkWriter {
  const declaration = declare(columns, { connector: 'file', ...options }, format)
  const connector = planSink(declaration, { ...nodeWorld, ...world })
  declaration.options.finish()
  return connector.open(sinkContext(context, { format: connector.format, ...sink }))
}

function takeAll(pages: PageAllocator): readonly number[] {
  const taken: number[] = []
  try {
    for (;;) taken.push(pages.take(1))
  } catch {
    return taken
  }
}

const two = '{"a":0}\n{"a":1}\n'

describe('file sink', () => {
  test('the file appears when the run ends well, whole', async () => {
    const path = join(folder, 'out.ndjson')
    writeFileSync(path, 'before')
    const sink = open({ path })
    sink.write(context.block, 2)
    await sink.flush()
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(await sink.finish()).toEqual({ rows: 2, bytes: two.length })
    expect(readFileSync(path, 'utf8')).toBe(two)
    expect(readdirSync(folder)).toEqual(['out.ndjson'])
  })

  test('nothing appears when the run ends badly', async () => {
    const path = join(folder, 'never.ndjson')
    const sink = open({ path })
    sink.write(context.block, 1024)
    await sink.flush()
    await sink.abort()
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(folder)).toEqual(['out.ndjson'])
  })

  test.for(['', '.gz', '.zst'])('what is added to a file is there when the run ends badly: %s', async (suffix) => {
    const path = join(folder, `kept.ndjson${suffix}`)
    const unpack = { '': (bytes: Buffer) => bytes, '.gz': gunzipSync, '.zst': zstdDecompressSync }[suffix] ?? gunzipSync
    for (let run = 0; run < 2; run++) {
      const sink = open({ path, mode: 'append' })
      sink.write(context.block, 2)
      await sink.abort()
    }
    expect(unpack(readFileSync(path)).toString()).toBe(two + two)
    rmSync(path)
  })

  test('append adds to the file itself', async () => {
    const path = join(folder, 'append.ndjson')
    for (let run = 0; run < 2; run++) {
      const sink = open({ path, mode: 'append' })
      sink.write(context.block, 2)
      await sink.finish()
    }
    expect(readFileSync(path, 'utf8')).toBe(two + two)
  })

  test('what a link points to is replaced, the link stays', async () => {
    const [path, link] = [join(folder, 'linked.ndjson'), join(folder, 'link')]
    writeFileSync(path, 'before')
    symlinkSync('linked.ndjson', link)
    const sink = open({ path: link })
    sink.write(context.block, 2)
    await sink.finish()
    expect(readFileSync(path, 'utf8')).toBe(two)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
  })

  test.for(['replace', 'append'])('a pipe takes the rows and stays a pipe: %s', async (mode) => {
    const path = join(folder, `pipe-${mode}`)
    execFileSync('mkfifo', [path])
    const received = text(createReadStream(path))
    const sink = open({ path, mode })
    sink.write(context.block, 2)
    await sink.finish()
    expect(await received).toBe(two)
    const gone = createReadStream(path)
    gone.on('open', () => gone.destroy())
    const closed = open({ path, mode })
    while (!closed.closedByReader) {
      closed.write(context.block, 1024)
      await closed.flush()
    }
    await closed.finish()
    await open({ path: '/dev/null', mode }).finish()
    expect(lstatSync(path).isFIFO()).toBe(true)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test.runIf(existsSync('/dev/full'))('a device that is full says so, and stays', async () => {
    for (const options of [{ path: '/dev/full' }, { path: '/dev/full', mode: 'append' }]) {
      const sink = open(options)
      sink.write(context.block, 2)
      await expect(sink.flush()).rejects.toThrow(expect.objectContaining({ code: 'sink_unwritable' }))
      await sink.abort()
    }
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true)
  })

  test('compression follows the suffix', async () => {
    for (const [suffix, unpack] of [
      ['gz', gunzipSync],
      ['zst', zstdDecompressSync],
    ] as const) {
      const path = join(folder, `packed.${suffix}`)
      const sink = open({ path })
      for (let block = 0; block < 200; block++) {
        sink.write(context.block, 1024)
        const ready = sink.ready()
        if (ready !== true) await ready
      }
      await sink.finish()
      const text = unpack(readFileSync(path)).toString()
      expect(text.split('\n').length).toBe(200 * 1024 + 1)
      expect(text.startsWith(two)).toBe(true)
    }
  })

  test('memory of pieces is used again once they are written, and not before', async () => {
    const path = join(folder, 'again.ndjson')
    const seen = new Set<ArrayBufferLike>()
    let text = ''
    const write = async (_: number, bytes: Uint8Array): Promise<void> => {
      seen.add(bytes.buffer)
      await new Promise(setImmediate)
      text += Buffer.from(bytes).toString()
    }
    const sink = open({ path }, { world: { fileSystem: { ...nodeWorld.fileSystem, write } } })
    for (let block = 0; block < 1000; block++) {
      sink.write(context.block, 1024)
      const ready = sink.ready()
      if (ready !== true) await ready
    }
    await sink.finish()
    const once = Array.from({ length: 1024 }, (_, row) => `{"a":${row}}\n`).join('')
    expect(text === once.repeat(1000)).toBe(true)
    expect(text.length / seen.size).toBeGreaterThan(1 << 20)
  })

  test('a block of large texts takes as much memory as they are long, and gives it back', async () => {
    const column = columnsOf('a VARCHAR NOT NULL')
    const texts = blockContext(column)
    const { views, allocator, memory, block, layout } = texts
    const length = 100_000
    const from = allocator.allocate(length)
    views.u8.fill(0x61, from, from + length)
    for (let row = 0; row < 1024; row++)
      storeView(views, block + must(layout.columns[0]).dataOffset + row * 16, { from, length })
    const path = join(folder, 'large.ndjson')
    const declaration = declare(column, { connector: 'file', path })
    const connector = planSink(declaration, nodeWorld)
    const sink = connector.open(sinkContext(texts, { format: connector.format }))
    const before = memory.pages.takenCount
    sink.write(block, 1024)
    expect((memory.pages.takenCount - before) * pageSizeBytes).toBeLessThan(1 << 20)
    await sink.finish()
    expect(memory.pages.takenCount).toBeLessThanOrEqual(before)
    const line = `{"a":"${'a'.repeat(length)}"}\n`
    expect(readFileSync(path, 'utf8') === line.repeat(1024)).toBe(true)
    rmSync(path)
  })

  test('CSV has a header', async () => {
    const path = join(folder, 'out.csv')
    const sink = open({ path }, { format: { name: 'csv' } })
    sink.write(context.block, 2)
    await sink.finish()
    expect(readFileSync(path, 'utf8')).toBe('a\n0\n1\n')
  })

  test('CSV that is appended to has one header', async () => {
    const path = join(folder, 'append.csv')
    for (let run = 0; run < 2; run++) {
      const sink = open({ path, mode: 'append' }, { format: { name: 'csv' } })
      sink.write(context.block, 2)
      await sink.finish()
    }
    expect(readFileSync(path, 'utf8')).toBe('a\n0\n1\n0\n1\n')
  })

  test('a sink that cannot be written says so', async () => {
    expect(() => open({ path: join(folder, 'no', 'such', 'directory') })).toThrow(
      expect.objectContaining({ code: 'sink_unwritable' }),
    )
    expect(() => open({ path: folder })).toThrow(expect.objectContaining({ code: 'sink_unwritable' }))
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const sink = open(
      { path: join(folder, 'full') },
      { world: { fileSystem: { ...nodeWorld.fileSystem, write: () => Promise.reject(full) } } },
    )
    sink.write(context.block, 2)
    await expect(sink.flush()).rejects.toThrow(expect.objectContaining({ code: 'sink_unwritable' }))
    expect(() => sink.write(context.block, 2)).toThrow(expect.objectContaining({ code: 'sink_unwritable' }))
    await sink.abort()
    expect(existsSync(join(folder, 'full'))).toBe(false)
  })

  test.for([
    ['writing', { write: () => Promise.reject(new Error('ENOSPC: no space left on device, write')) }],
    [
      'closing',
      {
        close: (descriptor: number) => {
          nodeWorld.fileSystem.close(descriptor)
          throw new Error('EIO: i/o error, close')
        },
      },
    ],
    [
      'renaming',
      {
        rename: () => {
          throw new Error('EACCES: permission denied, rename')
        },
      },
    ],
  ] as const)('what ends badly in %s gives its memory back and leaves no file', async ([, broken]) => {
    const { pages } = context.memory
    const path = join(folder, 'broken', 'rows.ndjson')
    mkdirSync(join(folder, 'broken'))
    const closed: number[] = []
    const close = (descriptor: number): void => {
      closed.push(descriptor)
      nodeWorld.fileSystem.close(descriptor)
    }
    const sink = open({ path }, { world: { fileSystem: { ...nodeWorld.fileSystem, close, ...broken } } })
    const taken = pages.takenCount
    sink.write(context.block, 2)
    await expect(sink.finish()).rejects.toThrow(expect.objectContaining({ code: 'sink_unwritable' }))
    expect(pages.takenCount).toBe(taken - 4)
    expect(closed.length).toBe('close' in broken ? 0 : 1)
    await sink.abort()
    expect(readdirSync(join(folder, 'broken'))).toEqual([])
    rmdirSync(join(folder, 'broken'))
  })

  test('a line that there is no memory for fails the sink, whose memory goes back once', async () => {
    const texts = columnsOf('a VARCHAR NOT NULL')
    const { memory, ...rest } = blockContext(texts)
    const { views, pages } = { views: memory.views, pages: memory.pages }
    const place = rest.layout.columns[0]?.dataOffset ?? 0
    const address = rest.allocator.allocate(1 << 20)
    views.u8.fill(97, address, address + (1 << 20))
    storeView(views, rest.block + place, { from: address, length: 1 << 20 })
    const connector = planSink(declare(texts, { connector: 'file', path: join(folder, 'large') }), nodeWorld)
    const before = sinkContext({ memory, ...rest }, { format: connector.format })
    const taken = pages.takenCount
    const sink = connector.open(before)
    const others = takeAll(pages)
    expect(() => sink.write(rest.block, 1)).toThrow(expect.objectContaining({ code: 'out_of_memory' }))
    // as whoever comes first would have it
    const next = pages.take(1)
    await sink.abort()
    for (const page of [...others, next]) pages.release(page)
    expect(pages.takenCount).toBe(taken)
    expect(existsSync(join(folder, 'large'))).toBe(false)
  })

  test('a slow stream holds the writer back; a closed one is quiet', async () => {
    const waiting: (() => void)[] = []
    let bytes = 0
    const slow = {
      write: (piece: Uint8Array) =>
        new Promise<'open'>((resolve) => {
          bytes += piece.length
          waiting.push(() => resolve('open'))
        }),
    }
    const sink = open({ path: '-' }, { sink: { stdout: slow } })
    let blocks = 0
    while (sink.ready() === true) {
      sink.write(context.block, 1024)
      blocks++
      await Promise.resolve()
    }
    expect(blocks * 1024 * 8).toBeLessThan(4 << 20)
    const release = setInterval(() => waiting.shift()?.(), 0)
    await sink.finish()
    clearInterval(release)
    expect(bytes).toBe(blocks * Array.from({ length: 1024 }, (_, n) => `{"a":${n}}\n`).join('').length)
    const closed = open({ path: '-' }, { sink: { stdout: { write: () => Promise.resolve('closed') } } })
    closed.write(context.block, 1)
    await closed.flush()
    expect(closed.closedByReader).toBe(true)
    closed.write(context.block, 1)
    await closed.finish()
  })

  test('upsert needs a key, and opens nothing without one', () => {
    const upsert = { name: 'json', options: { changelog: 'upsert' } }
    const declaration = declare(columns, { connector: 'file', path: join(folder, 'upsert') }, upsert)
    const connector = planSink(declaration, nodeWorld)
    const sink = sinkContext(context, { format: connector.format })
    const taken = context.memory.pages.takenCount
    expect(() => connector.open(sink)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(context.memory.pages.takenCount).toBe(taken)
    expect(readdirSync(folder).filter((name) => name.startsWith('upsert'))).toEqual([])
  })

  test('a blackhole counts and hashes, by value', async () => {
    const run = async (cuts: readonly number[], name = 'blackhole'): Promise<string | undefined> => {
      const sink = planSink(declare(columns, { connector: name }), nodeWorld).open(sinkContext(context))
      for (const count of cuts) sink.write(context.block, count)
      return (await sink.finish()).text
    }
    expect(await run([5, 3])).toBe(await run([5, 3]))
    const [a = '', b = ''] = [await run([5, 3]), await run([3, 5])]
    expect(a).toMatch(/^8 rows, hash [0-9a-f]{16}, in order [0-9a-f]{16}$/)
    expect(a.split(', ')[1]).toBe(b.split(', ')[1])
    expect(a.split(', ')[2]).not.toBe(b.split(', ')[2])
    expect(() => planSink(declare(columns, { connector: 'blackhole' }, { name: 'json' }), nodeWorld)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})
