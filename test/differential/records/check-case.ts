import type { CsvShape, RecordCase } from './record-case.ts'
import { type ReferenceRecord, referenceRecords } from './reference.ts'
import { type Outcome, runMillrace, type Settings } from './run-millrace.ts'

type Variant = Settings & { readonly cutBytes: number }
const whole = 1 << 30

const variants = (seed: number): readonly Variant[] => [
  { tier: 'interpreter', cutBytes: whole },
  { tier: 'wasm', cutBytes: whole },
  { tier: 'wasm', cutBytes: [1, 7, 63, 64, 1000, 4096, 4097, 65_536][seed & 7] ?? 1 },
  { tier: 'javascript', cutBytes: [4095, 65, 17, 2, 100, 512, 3, 1023][seed & 7] ?? 1 },
  { swapSeed: seed, cutBytes: whole },
  { swapSeed: ~seed, cutBytes: 3000 },
]

/**
 * Every tier, however the input is cut, gives the same bytes and the same letters in the same order; they are those of the reference, and each record is a row or a letter.
 * @throws what differs
 */
export async function checkCase(testCase: RecordCase): Promise<void> {
  const outcome = await runMillrace(testCase, { tier: 'javascript', cutBytes: whole, policy: 'dead_letter' })
  if (outcome.failure !== null) throw new Error(`dead_letter stopped: ${outcome.failure}`)
  differFrom(testCase, outcome)
  for (const variant of variants(testCase.pieces.length))
    same(JSON.stringify(variant), await runMillrace(testCase, { ...variant, policy: 'dead_letter' }), outcome)
  const skipped = await runMillrace(testCase, { tier: 'wasm', cutBytes: 5000, policy: 'skip' })
  same('skip', { ...skipped, letters: outcome.letters }, outcome)
  for (const output of ['json', testCase.csv ?? usualCsv] as const) await checkReadBack(testCase, output, outcome)
  checkFailed(await runMillrace(testCase, { tier: 'wasm', cutBytes: whole, policy: 'fail' }), outcome)
}

const usualCsv: CsvShape = { delimiter: ',', quote: '"', nullText: '' }

/** What is written is read back equal. */
async function checkReadBack(testCase: RecordCase, output: 'json' | CsvShape, expected: Outcome): Promise<void> {
  const { rows } = await runMillrace(testCase, { tier: 'wasm', cutBytes: whole, policy: 'skip', output })
  const columns = testCase.columns.filter(({ isRead }) => isRead)
  const written: RecordCase = {
    columns,
    csv: output === 'json' ? null : output,
    lineBytesMax: 1 << 26,
    compression: '',
    pieces: [Buffer.from(rows).toString('latin1')],
  }
  const again = await runMillrace(written, { tier: 'wasm', cutBytes: 4096, policy: 'dead_letter' })
  same(`${output === 'json' ? 'JSON' : 'CSV'} read back`, again, { ...expected, letters: [], refused: 0 })
}

function same(name: string, actual: Outcome, expected: Outcome): void {
  const [a, b] = [actual.rows.split('\n'), expected.rows.split('\n')]
  const at = a.findIndex((row, index) => row !== b[index])
  if (at >= 0 || a.length !== b.length)
    throw new Error(`${name}: row ${at} of ${a.length}: ${a[at]}\nothers, of ${b.length}: ${b[at]}`)
  const letter = actual.letters.findIndex(
    (each, index) => JSON.stringify(each) !== JSON.stringify(expected.letters[index]),
  )
  if (letter >= 0 || actual.letters.length !== expected.letters.length)
    throw new Error(
      `${name}: letter ${letter} of ${actual.letters.length}: ${JSON.stringify(actual.letters[letter])}\nothers, of ${expected.letters.length}: ${JSON.stringify(expected.letters[letter])}`,
    )
  if (actual.failure !== expected.failure) throw new Error(`${name}: ${actual.failure}, others ${expected.failure}`)
  if (actual.refused !== expected.refused)
    throw new Error(`${name}: ${actual.refused} refused, others ${expected.refused}`)
}

function differFrom(testCase: RecordCase, { rows, letters, refused }: Outcome): void {
  const records = referenceRecords(testCase)
  const lines = rows.split('\n').slice(0, -1)
  if (refused !== letters.length) throw new Error(`${refused} refused, ${letters.length} letters`)
  let row = 0
  let letter = 0
  for (const record of records) {
    const { line, outcome } = record
    if (letters[letter]?.line === line) {
      if (typeof outcome === 'object') throw new Error(`${JSON.stringify(letters[letter])}: it should be a row`)
      letter++
      continue
    }
    if (outcome === 'refused')
      throw new Error(
        `line ${line} should be refused, it is ${lines[row]}; next letter ${JSON.stringify(letters[letter])}`,
      )
    checkRow(testCase, record, lines[row])
    row++
  }
  if (row !== lines.length || letter !== letters.length)
    throw new Error(
      `${lines.length} rows and ${letters.length} letters for ${row} and ${letter}; ${JSON.stringify(letters[letter])}`,
    )
}

function checkRow({ columns }: RecordCase, { line, outcome }: ReferenceRecord, text: string | undefined): void {
  if (text === undefined) throw new Error(`line ${line} is missing`)
  const row = Object.values(JSON.parse(text) as object)
  if (outcome === 'unclear' || outcome === 'refused') return
  const names = columns.filter(({ isRead }) => isRead)
  for (const [index, read] of outcome.entries()) {
    if (typeof read === 'string') continue
    const value: unknown = row[index]
    const number = names[index]?.type.sql === 'REAL' ? Math.fround : (each: number): number => each
    if (!Object.is(typeof value === 'number' ? number(value) + 0 : value, read.value))
      throw new Error(
        `line ${line}: ${names[index]?.name} is ${JSON.stringify(value)}, not ${JSON.stringify(read.value)}`,
      )
  }
}

/** The first bad record stops the query. */
function checkFailed(failed: Outcome, { letters }: Outcome): void {
  const [first] = letters
  const expected = first === undefined ? null : `${first.code} ${first.line} ${first.column ?? undefined}`
  if (failed.failure !== expected) throw new Error(`fail: ${failed.failure}, others ${expected}`)
}
