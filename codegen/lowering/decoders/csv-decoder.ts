import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import type { CsvDialect } from '../../../runtime/abi/format.ts'
import type { Expression } from '../../kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import { call, library, select } from '../../kernel/build.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { type DecodeState, defineDecode, emitCounts, emitNoRow } from './decode-loop.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { defineRows, emitRows } from './rows.ts'
import { add, both, byteAt, either, eq, ge, gt, i32, isZero, lt, ne, sub, wordAt } from './word.ts'

/**
 * CSV. Records without quotes are cut into fields here; which column a field belongs to was learnt from the header. Records beyond the
 * first quote of the bytes in hand, and those with a wrong number of fields, go to the general scanner (library csv_record).
 * Watched by bench/kernel/csv-decode.
 */
export function defineCsvDecoder(frame: DecoderFrame, csv: CsvDialect): string {
  const dialect = frame.module.constant({ kind: 'bytes', bytes: encodeDialect(csv) })
  defineFields(frame)
  const hasRows = defineRows(frame, { idiom: 'csv_rows', more: ['delimiter', 'quote', 'null', 'length'] })
  const { delimiter, quote } = dialectOffsets
  const more = [wordAt(dialect, delimiter), wordAt(dialect, quote), ...nullOf(dialect)]
  let checked: MutableLocal | undefined
  return defineDecode(frame, {
    prologue: (state) => {
      emitHeader(state)
      checked = state.builder.mutable('checked', i32(0))
    },
    ...(hasRows && { rows: (state: DecodeState, label: number) => emitRows(state, { label, more }) }),
    record: (state, record) => emitRecord(state, dialect, { ...record, checked: must(checked, 'the prologue') }),
  })
}

/** The dialect is data, so that options never show in the code: i32 delimiter, quote and length of the NULL text, and its bytes. */
const dialectOffsets = { delimiter: 0, quote: 4, nullLength: 8, nullText: 12 } as const

function encodeDialect({ delimiter, quote, nullText }: CsvDialect): Uint8Array {
  const text = new TextEncoder().encode(nullText)
  const bytes = new Uint8Array(dialectOffsets.nullText + text.length)
  new Int32Array(bytes.buffer, 0, 3).set([delimiter, quote, text.length])
  bytes.set(text, dialectOffsets.nullText)
  return bytes
}

/** The text that stands for NULL: its address and its length. */
function nullOf(dialect: Expression): readonly [Expression, Expression] {
  return [add(dialect, i32(dialectOffsets.nullText)), wordAt(dialect, dialectOffsets.nullLength)]
}

/** At the start of a file: learn the order of columns. */
function emitHeader(state: DecodeState): void {
  const { builder, frame, control, from, to, at, lines } = state
  builder.if(isZero(wordAt(control, sourceControl.headerDone)), () => {
    const end = builder.let('end', library('csv_header', [control, frame.schema, frame.tokens, from, to]))
    builder.if(isZero(end), () => {
      emitCounts(state)
      builder.return(from)
    })
    builder.store('i32', { address: control, offset: sourceControl.headerDone }, i32(1))
    builder.set(lines, select(eq(end, from), i32(0), i32(1)))
    builder.set(at, select(lt(end, i32(0)), sub(i32(0), end), end))
  })
}

function emitRecord(
  state: DecodeState,
  dialect: Expression,
  { start, label, checked }: { start: Expression; label: number; checked: MutableLocal },
): Expression {
  const { builder, frame, control, to, clean, rows } = state
  const end = builder.mutable('end', i32(0))
  // it is asked for when a record is not plain, for all that follow
  builder.if(isZero(checked), () => {
    builder.set(clean, library('decode_clean_csv', [control, start, to, wordAt(dialect, dialectOffsets.quote)]))
    builder.set(checked, i32(1))
  })
  const fields = [start, state.learnt, wordAt(dialect, dialectOffsets.delimiter), ...nullOf(dialect)]
  // a quote so near is most likely in this record
  const isFar = either(eq(clean, to), lt(add(start, i32(quoteNear)), clean))
  builder.if(both(lt(start, clean), isFar), () => builder.set(end, call(fieldsFunction, fields)))
  builder.if(either(isZero(end), gt(end, clean)), () => {
    builder.store('i32', { address: control, offset: sourceControl.rows }, rows)
    builder.set(end, library('csv_record', [control, frame.schema, frame.tokens, start, to]))
    builder.if(isZero(end), () => {
      emitCounts(state)
      builder.return(start)
    })
    const reached = builder.let('reached', select(lt(end, i32(0)), sub(i32(0), end), end))
    builder.if(both(ge(reached, clean), lt(reached, to)), () =>
      builder.set(clean, library('decode_clean_csv', [control, reached, to, wordAt(dialect, dialectOffsets.quote)])),
    )
    builder.if(lt(end, i32(0)), () => emitNoRow(state, end, label))
  })
  return end
}

/** Bytes; records whose first quote is nearer are not tried without quotes. */
const quoteNear = 64

const fieldsFunction = { name: 'fields', result: 'i32' } as const

/** fields(start, learnt, ..): the tokens of a record without quotes, and its end behind the line feed; 0 when the number of fields is wrong. */
function defineFields({ module }: DecoderFrame): void {
  const parameters = ['start', 'learnt', 'delimiter', 'null', 'length'].map((role) => ({ role, type: 'i32' }) as const)
  module.function(
    { ...fieldsFunction, parameters, exported: false, idiom: 'csv_fields' },
    (builder, [start, table, delimiter, nullText, nullLength]) => {
      if (start && table && delimiter && nullText && nullLength)
        emitFields(builder, { start, table, delimiter, nullText, nullLength })
    },
  )
}

interface FieldsParameters {
  readonly start: Expression
  readonly table: Expression
  readonly delimiter: Expression
  readonly nullText: Expression
  readonly nullLength: Expression
}

function emitFields(builder: FunctionBuilder, parameters: FieldsParameters): void {
  const { start, table, delimiter } = parameters
  const fields = builder.let('fields', wordAt(table, learnt.memberCount))
  const at = builder.mutable('at', start)
  const index = builder.mutable('field', i32(0))
  builder.while(lt(index, fields), (label) => {
    const from = builder.let('from', at)
    const byte = builder.mutable('byte', byteAt(at))
    // line ends and whatever is rare stop the scan: they are below 14
    builder.while(both(ne(byte, delimiter), gt(byte, i32(13))), () => {
      builder.set(at, add(at, i32(1)))
      builder.set(byte, byteAt(at))
    })
    const cell = builder.let('cell', { kind: 'load', memory: 'i32', address: table, offset: learnt.entries, index })
    emitFieldToken(builder, parameters, { cell, from, to: at })
    builder.set(index, add(index, i32(1)))
    builder.if(eq(byte, delimiter), () => {
      builder.set(at, add(at, i32(1)))
      builder.continue(label)
    })
    const isReturn = both(eq(byte, i32(13)), eq(byteAt(at, 1), i32(10)))
    // a record of one empty field is a blank line
    const blank = eq(at, start)
    builder.if(
      both(
        either(eq(byte, i32(10)), isReturn),
        both(eq(index, fields), { kind: 'unary', operator: 'not', operand: blank }),
      ),
      () => builder.return(add(at, select(isReturn, i32(2), i32(1)))),
    )
    builder.break(label)
  })
  builder.return(i32(0))
}

function emitFieldToken(
  builder: FunctionBuilder,
  { nullLength, nullText }: FieldsParameters,
  { cell, from, to }: { cell: Expression; from: Expression; to: Expression },
): void {
  const kind = builder.mutable('kind', i32(tokenKind.text))
  builder.if(eq(sub(to, from), nullLength), () => {
    builder.set(kind, i32(tokenKind.null))
    builder.for(i32(0), nullLength, (index) => {
      const same = eq(byteAt(add(from, index)), byteAt(add(nullText, index)))
      builder.set(kind, select(same, kind, i32(tokenKind.text)))
    })
  })
  builder.store('i32', { address: cell, offset: token.kind }, kind)
  builder.store('i32', { address: cell, offset: token.from }, from)
  builder.store('i32', { address: cell, offset: token.to }, to)
}
