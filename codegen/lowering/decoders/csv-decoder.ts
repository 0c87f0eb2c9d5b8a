import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import type { CsvDialect } from '../../../runtime/abi/format.ts'
import type { Expression } from '../../kernel/ir.ts'
import { call, library, select } from '../../kernel/build.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { type DecodeState, defineDecode, emitCounts, emitNoRow } from './decode-loop.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { add, both, byteAt, either, eq, ge, gt, i32, isZero, lt, ne, sub, wordAt } from './word.ts'

/**
 * CSV. Records without quotes are cut into fields here; which column a field belongs to was learnt from the header. Records beyond the
 * first quote of the bytes in hand, and those with a wrong number of fields, go to the general scanner (library csv_record).
 * Watched by bench/kernel/csv-decode.
 */
export function defineCsvDecoder(frame: DecoderFrame, csv: CsvDialect): string {
  const nullText = new TextEncoder().encode(csv.nullText)
  const dialect: Dialect = {
    csv,
    nullLength: nullText.length,
    nullText: nullText.length === 0 ? i32(0) : frame.module.constant({ kind: 'bytes', bytes: nullText }),
  }
  defineFields(frame, dialect)
  return defineDecode(frame, {
    prologue: (state) => emitHeader(state, csv),
    record: (state, record) => emitRecord(state, dialect, record),
  })
}

interface Dialect {
  readonly csv: CsvDialect
  readonly nullLength: number
  readonly nullText: Expression
}

/** At the start of a file: learn the order of columns. */
function emitHeader(state: DecodeState, { quote }: CsvDialect): void {
  const { builder, frame, control, from, to, at, lines, clean } = state
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
  builder.if(lt(at, to), () => builder.set(clean, library('decode_clean_csv', [control, at, to, i32(quote)])))
}

function emitRecord(
  state: DecodeState,
  dialect: Dialect,
  { start, label }: { start: Expression; label: number },
): Expression {
  const { builder, frame, control, to, clean, rows } = state
  const end = builder.mutable('end', i32(0))
  const { csv, nullText, nullLength } = dialect
  const fields = [start, state.learnt, i32(csv.delimiter), nullText, i32(nullLength)]
  builder.if(lt(start, clean), () => builder.set(end, call(fieldsFunction, fields)))
  builder.if(either(isZero(end), gt(end, clean)), () => {
    builder.store('i32', { address: control, offset: sourceControl.rows }, rows)
    builder.set(end, library('csv_record', [control, frame.schema, frame.tokens, start, to]))
    builder.if(isZero(end), () => {
      emitCounts(state)
      builder.return(start)
    })
    const reached = builder.let('reached', select(lt(end, i32(0)), sub(i32(0), end), end))
    builder.if(both(ge(reached, clean), lt(reached, to)), () =>
      builder.set(clean, library('decode_clean_csv', [control, reached, to, i32(dialect.csv.quote)])),
    )
    builder.if(lt(end, i32(0)), () => emitNoRow(state, end, label))
  })
  return end
}

const fieldsFunction = { name: 'fields', result: 'i32' } as const

/** fields(start, learnt, ..): the tokens of a record without quotes, and its end behind the line feed; 0 when the number of fields is wrong. */
function defineFields({ module }: DecoderFrame, dialect: Dialect): void {
  const parameters = ['start', 'learnt', 'delimiter', 'null', 'length'].map((role) => ({ role, type: 'i32' }) as const)
  module.function(
    { ...fieldsFunction, parameters, exported: false, idiom: 'csv_fields' },
    (builder, [start, table]) => {
      if (start && table) emitFields(builder, dialect, { start, table })
    },
  )
}

function emitFields(
  builder: FunctionBuilder,
  dialect: Dialect,
  { start, table }: { start: Expression; table: Expression },
): void {
  const { delimiter } = dialect.csv
  const fields = builder.let('fields', wordAt(table, learnt.memberCount))
  const at = builder.mutable('at', start)
  const index = builder.mutable('field', i32(0))
  builder.while(lt(index, fields), (label) => {
    const from = builder.let('from', at)
    const byte = builder.mutable('byte', byteAt(at))
    // line ends and whatever is rare stop the scan: they are below 14
    builder.while(both(ne(byte, i32(delimiter)), gt(byte, i32(13))), () => {
      builder.set(at, add(at, i32(1)))
      builder.set(byte, byteAt(at))
    })
    const cell = builder.let('cell', { kind: 'load', memory: 'i32', address: table, offset: learnt.entries, index })
    emitFieldToken(builder, dialect, { cell, from, to: at })
    builder.set(index, add(index, i32(1)))
    builder.if(eq(byte, i32(delimiter)), () => {
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
  { nullLength, nullText }: Dialect,
  { cell, from, to }: { cell: Expression; from: Expression; to: Expression },
): void {
  const kind = builder.mutable('kind', i32(tokenKind.text))
  builder.if(eq(sub(to, from), i32(nullLength)), () => {
    builder.set(kind, i32(tokenKind.null))
    if (nullLength === 0) return
    builder.for(i32(0), i32(nullLength), (index) => {
      const same = eq(byteAt(add(from, index)), byteAt(add(nullText, index)))
      builder.set(kind, select(same, kind, i32(tokenKind.text)))
    })
  })
  builder.store('i32', { address: cell, offset: token.kind }, kind)
  builder.store('i32', { address: cell, offset: token.from }, from)
  builder.store('i32', { address: cell, offset: token.to }, to)
}
