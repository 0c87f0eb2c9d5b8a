import { literal } from '../abi/encode.ts'
import type { encodeSignatures } from '../abi/library/encode.ts'
import type { Implementations } from '../abi/library/implementation.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { floatText } from '../library/number/double-text.ts'
import { writeBase64 } from './base64.ts'
import { loadBigint } from './cells.ts'
import { CsvText } from './csv-text.ts'
import { writeAscii } from './digits.ts'
import { writeDouble } from './double-digits.ts'
import { writeDate, writeTime } from './instant-text.ts'
import { intervalText } from './interval-text.ts'
import { writeJsonText } from './json-text.ts'
import { KeptInstant } from './kept-instant.ts'
import { NumberText } from './number-text.ts'
import { textMemory } from './text-memory.ts'

/** The library functions of encoders (abi/library/encode.ts), bound to one memory. */
export function createEncodeLibrary(views: MemoryViews): Implementations<typeof encodeSignatures> {
  const memory = textMemory(views)
  const { u8, i32, f32 } = views
  const numbers = new NumberText(views, memory.words)
  const instants = new KeptInstant(views, memory.words)
  const csv = new CsvText(views)
  return {
    write_literal: (out, address) => {
      const length = i32[(address + literal.length) >> 2] ?? 0
      const text = (address + literal.bytes) >> 2
      for (let index = 0; index < length; index += 4)
        memory.words.setInt32(out + index, i32[text + (index >> 2)] ?? 0, true)
      return out + length
    },
    write_i32: (out, value) => numbers.integer(out, value),
    write_u32: (out, cell) => numbers.integer(out, (i32[cell >> 2] ?? 0) >>> 0),
    write_i64: (out, cell) => numbers.wide(out, cell, 'i64'),
    write_u64: (out, cell) => numbers.wide(out, cell, 'u64'),
    write_decimal64: (out, cell, scale) => numbers.decimal64(out, cell, scale),
    write_decimal: (out, cell, scale) => numbers.decimal(out, cell, scale),
    write_f32: (out, cell) => writeAscii(u8, out, floatText(f32[cell >> 2] ?? 0)),
    write_f64: (out, cell) => writeDouble(memory, out, cell),
    write_date: (out, cell) => writeDate(u8, out, i32[cell >> 2] ?? 0),
    write_time: (out, cell) => writeTime(u8, out, Number(loadBigint(views, cell, 'i64'))),
    write_timestamp: (out, cell, kept) => instants.write(out, cell, kept),
    write_interval: (out, cell) => writeAscii(u8, out, intervalText(views, cell)),
    write_base64: (out, view) => writeBase64(views, out, view),
    write_json_text: (out, view) => writeJsonText(views, out, view),
    write_csv_text: (out, cell, dialectAt) => csv.write(out, cell, dialectAt),
    quote_csv: (from, to, dialectAt) => csv.quote(from, to, dialectAt),
  }
}
