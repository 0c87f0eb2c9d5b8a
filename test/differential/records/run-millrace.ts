import { gzipSync, zstdCompressSync } from 'node:zlib'
import { nodeWorld } from '../../../runtime/connect/connectors.ts'
import { nodeFileSystem, type FileSystem } from '../../../runtime/connect/file/file-system.ts'
import { Engine } from '../../../runtime/engine/engine.ts'
import { fullLanguage } from '../../../runtime/engine/full-language.ts'
import { systemClock } from '../../../runtime/engine/system-clock.ts'
import type { CsvShape, RecordCase } from './record-case.ts'

/** A tier, or the seed of batches at which tiers change. */
export type Settings = { readonly tier: 'auto' | 'interpreter' | 'javascript' | 'wasm' } | { readonly swapSeed: number }

export type Policy = 'fail' | 'skip' | 'dead_letter'

export interface Letter {
  readonly code: string
  readonly line: number
  readonly column: string | null
}

export interface Outcome {
  /** What the sink wrote. */
  readonly rows: string
  readonly letters: readonly Letter[]
  /** What the query stopped with: `code line`. */
  readonly failure: string | null
  readonly refused: number
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

function formatOf({ csv, lineBytesMax }: RecordCase): string {
  const limit = `max_line_bytes = ${lineBytesMax}`
  return csv === null ? `FORMAT JSON (${limit})` : `FORMAT CSV (${dialectOf(csv)}, ${limit})`
}

function dialectOf({ delimiter, quote, nullText }: CsvShape): string {
  return `header = false, delimiter = ${literal(delimiter)}, quote = ${literal(quote)}, null = ${literal(nullText)}`
}

/** What rows are written as: exactly, for comparisons; as by default; as CSV. */
export type Output = 'exact' | 'json' | CsvShape

function outputFormat(output: Output): string {
  if (output === 'exact') return "FORMAT JSON (decimal = 'string', bigint = 'string')"
  return output === 'json' ? 'FORMAT JSON' : `FORMAT CSV (${dialectOf(output)})`
}

function programOf(
  testCase: RecordCase,
  { policy, output }: { readonly policy: Policy; readonly output: Output },
): string {
  const columns = testCase.columns.map(
    ({ name, type, nullable }) => `${quoted(name)} ${type.sql}${nullable ? '' : ' NOT NULL'}`,
  )
  const read = testCase.columns.filter(({ isRead }) => isRead).map(({ name }) => quoted(name))
  return `
    CREATE SOURCE input (${columns.join(', ')}) ${formatOf(testCase)}
      WITH (connector = 'file', path = 'in${testCase.compression}', on_error = '${policy}');
    CREATE SINK letters AS SELECT code, line, "column" FROM dead_letters WITH (connector = 'file', path = 'letters', mode = 'append');
    CREATE SINK result AS SELECT ${read.join(', ')} FROM input ${outputFormat(output)} WITH (connector = 'stdout')`
}

const compress = { '': (bytes: Buffer) => bytes, '.gz': gzipSync, '.zst': zstdCompressSync } as const

/** One file to read, in pieces of at most so many bytes, and one to write. */
function memoryFiles(
  input: Uint8Array,
  cutBytes: number,
): { readonly fileSystem: FileSystem; readonly written: () => string } {
  const pieces: Buffer[] = []
  const facts = { sizeBytes: input.length, identity: 'in', kind: 'file' } as const
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    glob: (pattern) => [pattern],
    openForReading: () => 1,
    openForAppending: () => 2,
    realPath: (path) => path,
    read: (_, into, offsetBytes) => {
      const piece = input.subarray(offsetBytes, offsetBytes + Math.min(into.length, cutBytes))
      into.set(piece)
      return piece.length
    },
    write: (_, bytes) => {
      pieces.push(Buffer.from(bytes))
      return Promise.resolve()
    },
    sync: () => {},
    factsOfDescriptor: () => facts,
    factsOfPath: (path) => (path.startsWith('in') ? facts : undefined),
    close: () => {},
  }
  return { fileSystem, written: () => Buffer.concat(pieces).toString() }
}

/** `cutBytes`: the input comes in pieces of at most so many. */
export async function runMillrace(
  testCase: RecordCase,
  {
    policy,
    cutBytes,
    output = 'exact',
    ...options
  }: Settings & { readonly policy: Policy; readonly cutBytes: number; readonly output?: Output },
): Promise<Outcome> {
  const bytes = compress[testCase.compression](Buffer.from(testCase.pieces.join(''), 'latin1'))
  const { fileSystem, written } = memoryFiles(bytes, cutBytes)
  const rows: Buffer[] = []
  const engine = new Engine({
    ...options,
    ...fullLanguage(),
    world: { connectors: { ...nodeWorld, fileSystem }, clock: systemClock, environment: {} },
    stdout: {
      write: (piece) => {
        rows.push(Buffer.from(piece))
        return Promise.resolve('open')
      },
    },
    closedProgram: true,
  })
  let failure: string | null = null
  try {
    await engine.load()
    await engine.execute(programOf(testCase, { policy, output }))
    await engine.drain()
  } catch (error) {
    const { code, diagnostic } = error as { code?: string; diagnostic?: { place?: { line?: number; column?: string } } }
    if (code === undefined || code === 'internal') throw error
    failure = `${code} ${diagnostic?.place?.line} ${diagnostic?.place?.column}`
  }
  const refused = engine.running.metrics().rowErrors.reduce((sum, site) => sum + site.rows, 0)
  await engine.close()
  const letters = written()
    .split('\n')
    .filter((line) => line !== '')
  return {
    rows: Buffer.concat(rows).toString(),
    letters: letters.map((line) => JSON.parse(line) as Letter),
    failure,
    refused,
  }
}
