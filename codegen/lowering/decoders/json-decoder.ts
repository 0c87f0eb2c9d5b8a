import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Expression } from '../../kernel/ir.ts'
import { call, library, select, unary } from '../../kernel/build.ts'
import type { MutableLocal } from '../function-builder.ts'
import { type DecodeState, defineDecode, emitNoRow } from './decode-loop.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { defineKeyed, keyedFunction } from './json-keyed.ts'
import { defineMembers, membersFunction } from './json-members.ts'
import { defineRows, emitRows } from './rows.ts'
import { add, both, either, eq, ge, gt, i32, isZero, lt, mul, ne, or, sub, wordAt } from './word.ts'

/**
 * NDJSON, speculatively. Records of one producer look alike, so the bytes between two values (`,"price":`) are the same from
 * record to record. They are learnt from a record that the general scanner took, and compared word by word; values are recognised by their
 * first byte (json-members.ts). A record that is not as learnt is taken key by key, each looked up among the keys that were met before
 * (json-keyed.ts). What does not fit there either goes to the general scanner (library json_record), which checks everything and learns
 * both; after misses in a row it gets one to learn the new order from, ever more rarely.
 *
 * A string ends at a quote: backslashes and invalid UTF-8 were looked for before, in all the bytes at once (decode_clean). The string with
 * the next backslash goes to the library; records of bytes that are not UTF-8 go to the general scanner.
 *
 * First the tokens of all needed fields are found, then their values are made, column by column: so the order of fields in the input never
 * reaches the generated code. Watched by bench/decode.
 */
export function defineJsonDecoder(frame: DecoderFrame): string {
  defineMembers(frame)
  defineKeyed(frame)
  const hasRows = defineRows(frame, { idiom: 'json_rows', more: [] })
  let stale: MutableLocal | undefined
  let checked: MutableLocal | undefined
  return defineDecode(frame, {
    prologue: ({ builder }) => {
      stale = builder.mutable('stale', i32(1))
      checked = builder.mutable('checked', i32(0))
    },
    ...(hasRows && { rows: (state: DecodeState, label: number) => emitRows(state, { label, more: [] }) }),
    record: (state, record) =>
      emitRecord(state, { ...record, stale: must(stale, 'the prologue'), checked: must(checked, 'the prologue') }),
  })
}

interface RecordSite {
  readonly start: Expression
  readonly label: number
  /** Token cells may hold what another shape of record left: a learnt one fills the cells of its own members only. */
  readonly stale: MutableLocal
  /** `clean` says something: it is asked for when a record is not plain, for all that follow. */
  readonly checked: MutableLocal
}

function emitRecord(state: DecodeState, site: RecordSite): Expression {
  const { builder, frame, control, to, clean, learnt: table, rows } = state
  const { start, label, stale, checked } = site
  const end = builder.mutable('end', i32(0))
  const known = or(wordAt(table, learnt.memberCount), wordAt(table, learnt.keyCount))
  builder.if(both(isZero(checked), ne(known, i32(0))), () => {
    builder.set(clean, library('decode_clean', [control, start, to]))
    builder.set(checked, i32(1))
  })
  builder.if(lt(start, clean), () => emitSpeculation(state, site, end))
  // strings with escapes that were dealt with move the first backslash on
  builder.if(gt(end, clean), () => {
    const stop = builder.let('stop', wordAt(table, learnt.firstStop))
    builder.set(clean, select(lt(stop, to), stop, to))
  })
  builder.if(either(isZero(end), gt(end, clean)), () => {
    builder.set(stale, i32(1))
    builder.store('i32', { address: control, offset: sourceControl.rows }, rows)
    builder.set(end, library('json_record', [control, frame.schema, frame.tokens, start]))
    const reached = builder.let('reached', select(lt(end, i32(0)), sub(i32(0), end), end))
    builder.if(both(ne(checked, i32(0)), both(ge(reached, clean), lt(reached, to))), () =>
      builder.set(clean, library('decode_clean', [control, reached, to])),
    )
    builder.if(lt(end, i32(0)), () => emitNoRow(state, end, label))
  })
  return end
}

/** Sets `end` when the record is as learnt, or when its keys are known and it is no time to learn. */
function emitSpeculation(state: DecodeState, { start, stale }: RecordSite, end: MutableLocal): void {
  const { builder, learnt: table } = state
  const stop = builder.let('stop', wordAt(table, learnt.firstStop))
  builder.if(gt(wordAt(table, learnt.memberCount), i32(0)), () => {
    builder.if(ne(stale, i32(0)), () => {
      emitAllAbsent(state)
      builder.set(stale, i32(0))
    })
    builder.set(end, call(membersFunction, [start, table]))
  })
  builder.if(isZero(end), () => {
    const isAgain = builder.let('again', eq(wordAt(table, learnt.missEnd), start))
    const patience = builder.let('patience', wordAt(table, learnt.patience))
    const isLesson = both(isAgain, isZero(patience))
    // escapes before the first backslash that is known by now would be taken for plain text
    const isPlain = eq(wordAt(table, learnt.firstStop), stop)
    const isKnown = both(gt(wordAt(table, learnt.keyCount), i32(0)), isPlain)
    builder.if(both(isKnown, unary('not', isLesson)), () => {
      emitAllAbsent(state)
      builder.set(stale, i32(1))
      builder.set(end, call(keyedFunction, [start, table]))
      builder.if(ne(end, i32(0)), () => {
        builder.store('i32', { address: table, offset: learnt.missEnd }, end)
        builder.store('i32', { address: table, offset: learnt.patience }, sub(patience, unary('i32_from_i1', isAgain)))
      })
    })
  })
}

function emitAllAbsent({ builder, frame }: DecodeState): void {
  builder.for(i32(0), i32(frame.columns.length), (column) => {
    const cell = add(frame.tokens, mul(column, i32(token.sizeBytes)))
    builder.store('i32', { address: cell, offset: token.kind }, i32(tokenKind.absent))
  })
}
