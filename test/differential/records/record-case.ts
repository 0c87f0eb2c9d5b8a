import type { ColumnType, Written } from './column-types.ts'
import { columnTypes, straightTypes } from './column-types.ts'
import { generator, pick, type Random, rarely } from './random.ts'

export interface CaseColumn {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  /** false: declared, but no query reads it */
  readonly isRead: boolean
}

export interface CsvShape {
  readonly delimiter: string
  readonly quote: string
  readonly nullText: string
}

export interface RecordCase {
  readonly columns: readonly CaseColumn[]
  /** null: JSON */
  readonly csv: CsvShape | null
  readonly lineBytesMax: number
  readonly compression: '' | '.gz' | '.zst'
  /** Bytes as latin1 texts; what ends a record is part of it. */
  readonly pieces: readonly string[]
}

const lineLimits = [1024, 1025, 4096, 5000, 8192, 65_536]
const names = ['id', 'price', 'a_name_of_more_than_sixteen_bytes', 'Text', 'größe', 'n', 'a "quoted" name', 'at', 'x']

/** Cases of neighbouring seeds differ in their records only: code takes longer to compile than to run. */
const casesOfAShape = 8

export function randomCase(seed: number): RecordCase {
  const shape = mixed(Math.floor(seed / casesOfAShape))
  const columns = randomColumns(shape)
  const csv = shape(3) === 0 ? randomShape(shape) : null
  const random = mixed(seed)
  const records = csv === null ? jsonPieces(random, columns) : csvPieces(random, columns, csv)
  const pieces = csv === null && rarely(random, 3) ? toPages(random, records) : records
  return {
    columns,
    csv,
    lineBytesMax: rarely(random, 3) ? 1 << 26 : pick(random, lineLimits),
    compression: pick(random, ['', '', '', '.gz', '.zst']),
    pieces: rarely(random, 12) ? ['\xef\xbb\xbf', ...pieces] : pieces,
  }
}

const pageBytes = 4096

/** Neighbouring seeds give alike numbers at first. */
function mixed(seed: number): Random {
  const random = generator(seed)
  for (let count = 0; count < 8; count++) random(2)
  return random
}

/** A blank line makes the file end at, before or behind a page's end. */
function toPages(random: Random, pieces: readonly string[]): string[] {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0) + 1
  const missing = pageBytes - (size % pageBytes) + random(3) - 1
  const at = random(pieces.length)
  return [...pieces.slice(0, at), `${' '.repeat(missing)}\n`, ...pieces.slice(at)]
}

function randomColumns(random: Random): readonly CaseColumn[] {
  const types = rarely(random, 3) ? columnTypes : straightTypes
  const columns = names.slice(0, 1 + random(names.length)).map((name, index) => ({
    name,
    type: index === 0 ? must(columnTypes[0]) : pick(random, types),
    nullable: random(3) > 0,
    isRead: index === 0 || random(4) > 0,
  }))
  return columns
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is a value')
  return value
}

function randomShape(random: Random): CsvShape {
  return {
    delimiter: pick(random, [',', ',', ';', '\t', '|', ':', '.', ' ']),
    quote: pick(random, ['"', '"', "'"]),
    nullText: pick(random, ['', '', 'NULL', '\\N', 'no value that anybody would write']),
  }
}

/** How usual the records of a stretch are. */
interface Mood {
  /** Once in so many values, .. records. */
  readonly oddValue: number
  readonly oddRecord: number
  readonly mutation: number
  readonly end: string
}

const often = (random: Random): number => pick(random, [3, 20, 200, 1_000_000])

function randomMood(random: Random): Mood {
  return {
    oddValue: often(random),
    oddRecord: often(random),
    mutation: often(random),
    end: pick(random, ['\n', '\n', '\n', '\r\n']),
  }
}

/** Records in stretches of one mood each; block edges are within reach. */
function stretches(random: Random, record: (mood: Mood) => string): string[] {
  const pieces: string[] = []
  for (let count = 1 + random(4); count > 0; count--) {
    const mood = randomMood(random)
    for (let rows = pick(random, [1, 5, 40, 300, 1021 + random(6), 1500]); rows > 0; rows--) {
      const end = rarely(random, 60) ? pick(random, ['\n', '\r\n', '\n\n', '\r\n\r\n', '\n \n']) : mood.end
      const bytes = Buffer.from(record(mood)).toString('latin1')
      pieces.push((rarely(random, mood.mutation) ? mutated(random, bytes) : bytes) + end)
    }
  }
  const last = must(pieces.at(-1))
  if (random(2) === 0) pieces[pieces.length - 1] = last.replace(/[\r\n]+$/, '')
  return pieces
}

const interesting = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ',',
  ':',
  '\n',
  '\r',
  ' ',
  '\0',
  '\x01',
  '\x7f',
  '\xff',
  '\xc3',
  '\xe2\x82',
  '\xed\xa0\x80',
  '\\u',
  '\\ud83d',
  '\\u0000',
  '""',
  "'",
  '-',
  'e',
  '0',
]

function mutated(random: Random, bytes: string): string {
  const at = random(bytes.length + 1)
  if (rarely(random, 4)) return bytes.slice(0, at)
  return bytes.slice(0, at) + pick(random, interesting) + bytes.slice(at + random(3))
}

function valueOf(random: Random, column: CaseColumn, mood: Mood): Written | null {
  if (rarely(random, column.nullable ? 6 : mood.oddValue * 4)) return null
  return rarely(random, mood.oddValue) ? column.type.odd(random) : column.type.usual(random)
}

const nested = [
  '{}',
  '[]',
  '[1,[2,{"id":3}],"]"]',
  '{"id":{"id":[]},"x":"}"}',
  '[',
  `${'['.repeat(600)}${']'.repeat(600)}`,
]

function jsonPieces(random: Random, columns: readonly CaseColumn[]): string[] {
  const isShuffled = rarely(random, 4)
  return stretches(random, (mood) => {
    const members = columns.map((column) => {
      const value = valueOf(random, column, mood)
      const odd = rarely(random, mood.oddValue * 4) ? pick(random, nested) : null
      return member(random, column.name, {
        text: odd ?? jsonOf(random, value),
        isOdd: rarely(random, mood.oddValue * 4),
      })
    })
    if (rarely(random, mood.oddRecord)) oddMembers(random, members)
    if (isShuffled) shuffle(random, members)
    const comma = rarely(random, mood.oddRecord) ? pick(random, [', ', ' ,', ',\t']) : ','
    return rarely(random, mood.oddRecord) ? ` { ${members.join(comma)} } ` : `{${members.join(comma)}}`
  })
}

function member(
  random: Random,
  name: string,
  { text, isOdd }: { readonly text: string; readonly isOdd: boolean },
): string {
  if (!isOdd) return `${JSON.stringify(name)}:${text}`
  const other = pick(random, [name.toUpperCase(), name.toLowerCase(), `${name} `, name])
  const escaped = JSON.stringify(other).replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
  return `${random(2) === 0 ? escaped : JSON.stringify(other)} : ${text}`
}

function oddMembers(random: Random, members: string[]): void {
  const at = random(members.length)
  const one = must(members[at])
  switch (random(5)) {
    case 0:
      members.splice(at, 1)
      break
    case 1:
      members.push(one)
      break
    case 2:
      members.push(must(members[random(members.length)]).replace(/:.*/s, ':null'))
      break
    case 3:
      members.splice(at, 0, `"other${random(3)}":${pick(random, ['1', '"x"', 'null', '[{}]', '"\\n"'])}`)
      break
    default:
      shuffle(random, members)
  }
}

function shuffle<T>(random: Random, values: T[]): void {
  for (let left = values.length; left > 1; left--) {
    const at = random(left)
    const [last, other] = [must(values[left - 1]), must(values[at])]
    values[left - 1] = other
    values[at] = last
  }
}

function jsonOf(random: Random, value: Written | null): string {
  if (value === null) return 'null'
  if ('bare' in value) return value.bare
  const text = JSON.stringify(value.text)
  if (!rarely(random, 40)) return text
  const unit = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  const times = pick(random, [1, 4])
  return text.replaceAll(/[^"\\]/g, (letter) =>
    letter === '/' ? '\\/' : rarely(random, times) ? unit(letter) : letter,
  )
}

function csvPieces(random: Random, columns: readonly CaseColumn[], shape: CsvShape): string[] {
  return stretches(random, (mood) => {
    const fields = columns.map((column) =>
      csvOf(random, valueOf(random, column, mood), { shape, isOdd: rarely(random, mood.oddValue * 2) }),
    )
    if (rarely(random, mood.oddRecord)) {
      if (random(2) === 0) fields.pop()
      else fields.push('more')
    }
    return fields.join(shape.delimiter)
  })
}

function csvOf(
  random: Random,
  value: Written | null,
  { shape, isOdd }: { readonly shape: CsvShape; readonly isOdd: boolean },
): string {
  const { delimiter, quote, nullText } = shape
  if (value === null) return nullText
  const text = 'text' in value ? value.text : value.bare
  const isSafe = text !== nullText && ![delimiter, quote, '\n', '\r', '\0'].some((each) => text.includes(each))
  if (isSafe && !isOdd) return text
  // what is broken stays so
  if (isOdd && rarely(random, 4)) return text
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
}
