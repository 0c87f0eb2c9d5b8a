import { dialect as dialectOffsets, encodeDialect, plainTextBytesMax } from '../../../runtime/abi/encode.ts'
import type { CsvDialect, OutputFormat } from '../../../runtime/abi/format.ts'
import { constI32, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { emitPlainText } from './column-texts.ts'
import {
  cellOf,
  defineEncode,
  emitBytes,
  emitNullable,
  emitWeight,
  literalOf,
  placedColumns,
  type EncodeState,
  type PlacedColumn,
} from './encode-loop.ts'
import type { EncoderSink } from './encoder-sink.ts'

const lineFeed = constI32(10)

/** CSV as COPY writes it: quoted only where it must be; a text that reads like the NULL marker is quoted. */
export function defineCsvEncoder(
  module: ModuleBuilder,
  sink: EncoderSink,
  { csv, changelog }: OutputFormat & { readonly kind: 'csv' },
): string {
  const columns = placedColumns(sink)
  const isWeighted = changelog === 'weight' || sink.layout.weightOffset !== null
  const frame: CsvFrame = {
    dialect: module.constant({ kind: 'bytes', bytes: encodeDialect(csv) }),
    nullText: literalOf(module, csv.nullText),
    isPlainSafe: isPlainSafe(csv),
  }
  // quotes may double what is between them
  const fieldBytesMax = Math.max(plainTextBytesMax * 2 + 2, new TextEncoder().encode(csv.nullText).length) + 1
  return defineEncode(module, {
    columns,
    lineBytesMax: (columns.length + 1) * fieldBytesMax,
    prologue: () => load('i32', frame.dialect, { offset: dialectOffsets.delimiter }),
    line: (state, delimiter) => {
      for (const [index, column] of columns.entries()) {
        if (index > 0) emitBytes(state, delimiter)
        emitNullable(state, column, {
          value: () => emitValue(state, frame, column),
          nullText: frame.nullText,
        })
      }
      if (isWeighted) {
        if (columns.length > 0) emitBytes(state, delimiter)
        emitWeight(state, sink.layout)
      }
      emitBytes(state, lineFeed)
    },
  })
}

interface CsvFrame {
  readonly dialect: Expression
  readonly nullText: Expression
  readonly isPlainSafe: boolean
}

/** Any of these may be part of a number, a truth value or an instant; and how the text of one may begin. */
const plainText = /[0-9A-Za-z+\-.:]/
const plainStart = /^(?:$|true$|false$|null$|NaN$|Infinity$|[-+0-9.P])/

/** No plain value can need quotes: it has no separators of the dialect, and is not its NULL. */
function isPlainSafe({ quote, delimiter, nullText }: CsvDialect): boolean {
  const isNullSafe = nullText === '' || !plainStart.test(nullText)
  return isNullSafe && !plainText.test(String.fromCharCode(quote, delimiter))
}

function emitValue(state: EncodeState, { dialect, isPlainSafe: isSafe }: CsvFrame, column: PlacedColumn): void {
  const { builder, at } = state
  if (column.type.kind === 'varchar') {
    builder.set(at, library('write_csv_text', [at, cellOf(state, column), dialect]))
    return
  }
  if (column.type.kind !== 'bytea' && isSafe) {
    emitPlainText(state, column)
    return
  }
  const from = builder.let('from', at)
  if (column.type.kind === 'bytea') builder.set(at, library('write_base64', [at, cellOf(state, column)]))
  else emitPlainText(state, column)
  builder.set(at, library('quote_csv', [from, at, dialect]))
}
