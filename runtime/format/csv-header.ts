import { encodeDialect } from '../abi/encode.ts'
import type { CsvDialect } from '../abi/format.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { CsvText } from './csv-text.ts'

const lineFeed = 10

export interface CsvHeader {
  readonly names: readonly string[]
  readonly dialect: CsvDialect
}

/** What `writeCsvHeader` takes at most. */
export function csvHeaderBytesMax({ names, dialect }: CsvHeader): number {
  const texts = names.reduce((sum, name) => sum + new TextEncoder().encode(name).length * 2 + 3, 0)
  return texts + 1 + encodeDialect(dialect).length
}

/** Writes the line of names at `at`, an aligned address with room for all that it may take; where it ends. */
export function writeCsvHeader(views: MemoryViews, at: number, { names, dialect }: CsvHeader): number {
  const { u8 } = views
  const csv = new CsvText(views)
  const encoded = encodeDialect(dialect)
  u8.set(encoded, at)
  const start = at + encoded.length
  let to = start
  for (const [index, name] of names.entries()) {
    if (index > 0) u8[to++] = dialect.delimiter
    const bytes = new TextEncoder().encode(name)
    u8.set(bytes, to)
    to = csv.quote(to, to + bytes.length, at)
  }
  u8[to++] = lineFeed
  u8.copyWithin(at, start, to)
  return at + to - start
}
