import { isUtf8 } from 'node:buffer'
import { sourceControl } from '../abi/artifact.ts'
import { learnt } from '../abi/decode-token.ts'
import type { decodeSignatures } from '../abi/library/decode.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { CsvScanner } from './csv-scanner.ts'
import { DecimalDigits } from './decimal-digits.ts'
import { FieldText } from './field-text.ts'
import { JsonScanner } from './json-scanner.ts'

export type DecodeLibrary = Readonly<Record<keyof typeof decodeSignatures, (...parameters: never[]) => unknown>>

const backslash = 92

/** The library functions of decoders (abi/library/decode.ts), bound to one memory. */
export function createDecodeLibrary(views: MemoryViews): DecodeLibrary {
  const json = new JsonScanner(views)
  const csv = new CsvScanner(views)
  const digits = new DecimalDigits(views)
  const texts = new FieldText(views)
  const bytes = Buffer.from(views.memory.buffer)
  return {
    decode_clean: (control: number, from: number, to: number) =>
      cleanUntil({ views, bytes, control }, { from, to, stop: backslash }),
    decode_clean_csv: (control: number, from: number, to: number, quote: number) =>
      cleanUntil({ views, bytes, control }, { from, to, stop: quote }),
    json_record: (control: number, schema: number, tokens: number, from: number) =>
      json.record({ control, schema, tokens }, from),
    json_skip: (from: number) => json.skip(from),
    json_string: (table: number, from: number) => {
      const end = json.stringEnd(from)
      if (end > 0) noteStop({ views, bytes }, table, { from: end, stop: backslash })
      return end
    },
    csv_header: (control: number, schema: number, tokens: number, from: number, to: number) =>
      csv.header({ control, schema, tokens }, { from, to }),
    csv_record: (control: number, schema: number, tokens: number, from: number, to: number) =>
      csv.record({ control, schema, tokens }, { from, to }),
    json_text: (control: number, from: number, to: number, out: number) => texts.json(control, { from, to, out }),
    json_plain: (control: number, cell: number) => texts.plain(control, cell),
    csv_text: (control: number, schema: number, from: number, to: number, out: number) =>
      csv.text(texts, { control, schema }, { from, to, out }),
    base64_bytes: (control: number, from: number, to: number, out: number) => texts.base64(control, { from, to, out }),
    digits_to_i64: (from: number, to: number) => digits.toI64(from, to),
    digits_to_u64: (from: number, to: number) => digits.toU64(from, to),
    digits_to_f64: (from: number, to: number) => digits.toF64(from, to),
    digits_to_decimal64: (from: number, to: number, precision: number, scale: number) =>
      digits.toDecimal(from, to, { precision, scale }),
    digits_to_decimal: (from: number, to: number, precision: number, scale: number, out: number) => {
      const value = digits.toDecimal(from, to, { precision, scale })
      views.i64[out >> 3] = BigInt.asIntN(64, value)
      views.i64[(out >> 3) + 1] = BigInt.asIntN(64, value >> 64n)
    },
    digits_to_instant: (from: number, to: number, unitsPerSecond: bigint) => digits.toInstant(from, to, unitsPerSecond),
  }
}

interface CleanMemory {
  readonly views: MemoryViews
  readonly bytes: Buffer
  readonly control: number
}

/**
 * Both checks run at memory speed in native code, once per refill; so generated scanners look for quotes only and make views of texts
 * without looking at them.
 */
function cleanUntil(
  { views, bytes, control }: CleanMemory,
  { from, to, stop }: { from: number; to: number; stop: number },
): number {
  const { i32 } = views
  const table = (i32[(control + sourceControl.learnt) >> 2] ?? 0) >> 2
  const checkedFrom = i32[table + (learnt.checkedFrom >> 2)] ?? 0
  const checkedTo = i32[table + (learnt.checkedTo >> 2)] ?? 0
  const fresh = from < checkedFrom || to > checkedTo || checkedTo === 0
  if (fresh) {
    i32[table + (learnt.checkedFrom >> 2)] = from
    i32[table + (learnt.checkedTo >> 2)] = to
    i32[table + (learnt.checkedValid >> 2)] = isUtf8(views.u8.subarray(from, to)) ? 1 : 0
  }
  if (i32[table + (learnt.checkedValid >> 2)] === 0) {
    i32[table + (learnt.firstStop >> 2)] = from
    return from
  }
  const known = i32[table + (learnt.firstStop >> 2)] ?? 0
  if (!fresh && known >= from) return Math.min(known, to)
  const found = bytes.subarray(from, checkedTo > to && !fresh ? checkedTo : to).indexOf(stop)
  const until = found < 0 ? (checkedTo > to && !fresh ? checkedTo : to) : from + found
  i32[table + (learnt.firstStop >> 2)] = until
  return Math.min(until, to)
}

/** The next byte that needs care, from `from` to the end of what was checked. */
function noteStop(
  { views, bytes }: Omit<CleanMemory, 'control'>,
  learntAt: number,
  { from, stop }: { from: number; stop: number },
): void {
  const { i32 } = views
  const to = i32[(learntAt + learnt.checkedTo) >> 2] ?? 0
  const found = from < to ? bytes.subarray(from, to).indexOf(stop) : -1
  i32[(learntAt + learnt.firstStop) >> 2] = found < 0 ? Math.max(from, to) : from + found
}
