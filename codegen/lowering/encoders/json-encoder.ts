import { plainTextBytesMax } from '../../../runtime/abi/encode.ts'
import type { OutputFormat } from '../../../runtime/abi/format.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { binary, constF64, constI32, library, load, select } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { emitPlainText } from './column-texts.ts'
import {
  cellOf,
  defineEncode,
  emitBytes,
  emitLiteral,
  emitNullable,
  emitWeight,
  literalOf,
  placedColumns,
  weightOf,
  type EncodeState,
  type PlacedColumn,
} from './encode-loop.ts'
import type { EncoderSink } from './encoder-sink.ts'

type JsonFormat = OutputFormat & { readonly kind: 'json' }

const [quote, openBrace, closeBrace, lineFeed] = [constI32(34), constI32(123), constI32(125), constI32(10)]

/** NDJSON: interfaces.md section 2, "Output". */
export function defineJsonEncoder(module: ModuleBuilder, sink: EncoderSink, format: JsonFormat): string {
  const columns = placedColumns(sink)
  const { layout } = sink
  const form = jsonForm(format, layout)
  const keys = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const keyBytes = keys.reduce((sum, key) => sum + new TextEncoder().encode(key).length, 0)
  const frame: JsonFrame = {
    format,
    columns: columns.map((column, index) => ({ ...column, key: literalOf(module, keys[index] ?? '') })),
    nullText: literalOf(module, 'null'),
  }
  const common = { columns, lineBytesMax: (columns.length + 1) * (plainTextBytesMax + 2) + keyBytes }
  if (form === 'plain')
    return defineEncode(module, {
      ...common,
      line: (state) => {
        emitObject(state, frame)
        emitBytes(state, closeBrace, lineFeed)
      },
    })
  if (form === 'weight') {
    const key = literalOf(module, ',"$weight":')
    return defineEncode(module, {
      ...common,
      line: (state) => {
        emitObject(state, frame)
        emitLiteral(state, key)
        emitWeight(state, layout)
        emitBytes(state, closeBrace, lineFeed)
      },
    })
  }
  const inserted = literalOf(module, '{"insert":')
  const deleted = literalOf(module, '{"delete":')
  return defineEncode(module, {
    ...common,
    // a weight beyond one is that many lines
    copies: (state) => {
      const weight = state.builder.let('weight', weightOf(state, layout))
      return select(binary('lt_s', weight, constI32(0)), binary('sub', constI32(0), weight), weight)
    },
    line: (state) => {
      emitLiteral(state, select(binary('gt_s', weightOf(state, layout), constI32(0)), inserted, deleted))
      emitObject(state, frame)
      emitBytes(state, closeBrace, closeBrace, lineFeed)
    },
  })
}

function jsonForm({ changelog }: JsonFormat, { weightOffset }: BlockLayout): 'plain' | 'insert_delete' | 'weight' {
  if (changelog === 'auto') return weightOffset === null ? 'plain' : 'insert_delete'
  return changelog === 'weight' ? 'weight' : 'insert_delete'
}

interface JsonFrame {
  readonly format: JsonFormat
  readonly columns: readonly (PlacedColumn & {
    /** `{"name":` or `,"name":` */
    readonly key: Expression
  })[]
  readonly nullText: Expression
}

/** Up to its closing brace. */
function emitObject(state: EncodeState, { format, columns, nullText }: JsonFrame): void {
  if (columns.length === 0) emitBytes(state, openBrace)
  for (const column of columns) {
    emitLiteral(state, column.key)
    emitNullable(state, column, { value: () => emitValue(state, format, column), nullText })
  }
}

function emitValue(state: EncodeState, format: JsonFormat, column: PlacedColumn): void {
  const { builder, at } = state
  switch (column.type.kind) {
    case 'varchar':
      builder.set(at, library('write_json_text', [at, cellOf(state, column)]))
      return
    case 'bytea':
      return emitQuoted(state, () => builder.set(at, library('write_base64', [at, cellOf(state, column)])))
    case 'real':
    case 'double':
      return emitFloat(state, column)
    case 'decimal':
      return format.decimalAsText ? emitAsText(state, column) : emitPlainText(state, column)
    case 'bigint':
    case 'ubigint':
      return format.bigintAsText ? emitAsText(state, column) : emitPlainText(state, column)
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return emitAsText(state, column)
    default:
      return emitPlainText(state, column)
  }
}

function emitAsText(state: EncodeState, column: PlacedColumn): void {
  emitQuoted(state, () => emitPlainText(state, column))
}

function emitQuoted(state: EncodeState, body: () => void): void {
  emitBytes(state, quote)
  body()
  emitBytes(state, quote)
}

/** JSON has no number for what is not finite. */
function emitFloat(state: EncodeState, column: PlacedColumn): void {
  const { builder, block, row } = state
  const { physical, dataOffset } = column.place
  const value = builder.let(
    'value',
    load(physical === 'f32' ? 'f32' : 'f64', block, { offset: dataOffset, index: row }),
  )
  const isFinite = builder.let('finite', binary('eq', binary('sub', value, value), constF64(0)))
  const emitQuote = (): void =>
    builder.if(
      isFinite,
      () => {},
      () => emitBytes(state, quote),
    )
  emitQuote()
  emitPlainText(state, column)
  emitQuote()
}
