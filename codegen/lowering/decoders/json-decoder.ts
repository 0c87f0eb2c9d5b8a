import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt, learntEntry, learntEntrySizeBytes, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Expression } from '../../kernel/ir.ts'
import { binary, call, library, select } from '../../kernel/build.ts'
import type { MutableLocal } from '../function-builder.ts'
import { type DecodeState, defineDecode, emitNoRow } from './decode-loop.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { powerOfTen } from './text-functions.ts'
import {
  add,
  alignedDown,
  and,
  bitsWithin,
  both,
  byteAt,
  digitStops,
  either,
  eq,
  everyByte,
  firstStop,
  fourDigits,
  ge,
  gt,
  i32,
  isZero,
  le,
  lt,
  mul,
  ne,
  or,
  shl,
  quickStops,
  exactStops,
  shr,
  spliced,
  sub,
  wordAt,
  xor,
} from './word.ts'

/**
 * NDJSON, speculatively. Records of one producer look alike, so the bytes between two values (`,"price":`) are the same from
 * record to record. They are learnt from a record that the general scanner took, and compared word by word; values are recognised by their
 * first byte. What does not fit goes to the general scanner (library json_record), which checks everything and learns.
 *
 * A string ends at a quote: backslashes and invalid UTF-8 were looked for before, in all the bytes at once (decode_clean). The string with
 * the next backslash goes to the library; records of bytes that are not UTF-8 go to the general scanner.
 *
 * First the tokens of all needed fields are found, then their values are made, column by column: so the order of fields in the input never
 * reaches the generated code. Watched by bench/kernel/json-decode.
 */
export function defineJsonDecoder(frame: DecoderFrame): string {
  defineMembers(frame)
  let stale: MutableLocal | undefined
  return defineDecode(frame, {
    prologue: ({ builder, control, from, to, clean }) => {
      builder.set(clean, library('decode_clean', [control, from, to]))
      stale = builder.mutable('stale', i32(1))
    },
    record: (state, record) => emitRecord(state, { ...record, stale: must(stale, 'the prologue') }),
  })
}

interface RecordSite {
  readonly start: Expression
  readonly label: number
  /** Token cells may hold what another shape of record left: a learnt one fills the cells of its own members only. */
  readonly stale: MutableLocal
}

function emitRecord(state: DecodeState, { start, label, stale }: RecordSite): Expression {
  const { builder, frame, control, to, clean, learnt: table, rows } = state
  const end = builder.mutable('end', i32(0))
  const isLearnt = gt(wordAt(table, learnt.memberCount), i32(0))
  builder.if(both(isLearnt, lt(start, clean)), () => {
    builder.if(ne(stale, i32(0)), () => {
      emitAllAbsent(state)
      builder.set(stale, i32(0))
    })
    builder.set(end, call(membersFunction, [start, table]))
  })
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
    builder.if(both(ge(reached, clean), lt(reached, to)), () =>
      builder.set(clean, library('decode_clean', [control, reached, to])),
    )
    builder.if(lt(end, i32(0)), () => emitNoRow(state, end, label))
  })
  return end
}

function emitAllAbsent({ builder, frame }: DecodeState): void {
  builder.for(i32(0), i32(frame.columns.length), (column) => {
    const cell = add(frame.tokens, mul(column, i32(token.sizeBytes)))
    builder.store('i32', { address: cell, offset: token.kind }, i32(tokenKind.absent))
  })
}

const membersFunction = { name: 'members', result: 'i32' } as const

/** members(start, learnt): the tokens of a record that is as learnt, and its end; 0 when something does not fit. */
function defineMembers({ module, powers }: DecoderFrame): void {
  const parameters = [
    { role: 'start', type: 'i32' },
    { role: 'learnt', type: 'i32' },
  ] as const
  module.function(
    { ...membersFunction, parameters, exported: false, idiom: 'json_members' },
    (builder, [start, table]) => {
      if (!start || !table) return
      const members = builder.let('members', wordAt(table, learnt.memberCount))
      const stop = builder.mutable('stop', wordAt(table, learnt.firstStop))
      const at = builder.mutable('at', start)
      const member = builder.mutable('member', i32(0))
      const entry = builder.mutable('entry', add(table, i32(learnt.entries)))
      builder.while(le(member, members), (label) => {
        const walk: Walk = { builder, powers, table, stop, at, entry: builder.let('entry', entry), label }
        emitLiteral(walk)
        builder.if(eq(member, members), () => builder.return(at))
        emitValue(walk)
        builder.set(member, add(member, i32(1)))
        builder.set(entry, add(entry, i32(learntEntrySizeBytes)))
      })
      builder.return(i32(0))
    },
  )
}

interface Walk {
  readonly builder: DecodeState['builder']
  readonly powers: Expression
  /** address of what is learnt */
  readonly table: Expression
  /** the next backslash of the input */
  readonly stop: MutableLocal
  readonly at: MutableLocal
  readonly entry: Expression
  /** breaking out of it is a miss */
  readonly label: number
}

/** Compares the literal word by word, whatever the text's alignment, and steps over it. */
function emitLiteral({ builder, at, entry, label }: Walk): void {
  const bits = builder.let('bits', bitsWithin(at))
  const index = builder.mutable('word', shr(at, i32(2)))
  const low = builder.mutable('low', wordNumber(index))
  const difference = builder.mutable('difference', i32(0))
  const full = builder.let('full', wordAt(entry, learntEntry.fullWords))
  builder.for(i32(0), full, (word) => {
    builder.set(index, add(index, i32(1)))
    const high = builder.let('high', wordNumber(index))
    const expected: Expression = { kind: 'load', memory: 'i32', address: entry, offset: learntEntry.words, index: word }
    builder.set(difference, or(difference, xor(spliced(low, high, bits), expected)))
    builder.set(low, high)
  })
  const expected: Expression = {
    kind: 'load',
    memory: 'i32',
    address: entry,
    offset: learntEntry.words,
    index: full,
  }
  const last = and(
    xor(spliced(low, wordNumber(add(index, i32(1))), bits), expected),
    wordAt(entry, learntEntry.lastMask),
  )
  builder.if(ne(or(difference, last), i32(0)), () => builder.break(label))
  builder.set(at, add(at, wordAt(entry, learntEntry.length)))
}

/** Finds the value's end by its first byte and fills the member's token cell. */
function emitValue(walk: Walk): void {
  const { builder, at, entry } = walk
  const cell = builder.let('cell', wordAt(entry, learntEntry.tokenCell))
  const first = builder.let('first', byteAt(at))
  builder.if(
    eq(first, i32(34)),
    () => emitString(walk, cell),
    () =>
      builder.if(
        binary('lt_u', sub(first, i32(48)), i32(10)),
        () => emitDigits(walk, cell, first),
        () => emitOther(walk, cell, first),
      ),
  )
}

function emitToken(
  { builder }: Walk,
  cell: Expression,
  { kind, from, to }: { kind: Expression; from: Expression; to: Expression },
): void {
  builder.store('i32', { address: cell, offset: token.kind }, kind)
  builder.store('i32', { address: cell, offset: token.from }, from)
  builder.store('i32', { address: cell, offset: token.to }, to)
}

/**
 * Four bytes at a time up to the first quote or control character. The quick test in the loop also stops at bytes above 160, which
 * the exact one then passes. The bytes before the string are made harmless.
 */
function emitString(walk: Walk, cell: Expression): void {
  const { builder, at, label } = walk
  const from = builder.let('from', add(at, i32(1)))
  const index = builder.mutable('word', shr(from, i32(2)))
  const before = sub(shl(i32(1), bitsWithin(from)), i32(1))
  const text = builder.mutable('text', or(wordNumber(index), before))
  // the byte 0xff in front would stop the quick test
  const stops = builder.mutable('stops', exactStops(text))
  builder.while(isZero(stops), () => {
    const quick = builder.mutable('quick', i32(0))
    builder.while(isZero(quick), () => {
      builder.set(index, add(index, i32(1)))
      builder.set(text, wordNumber(index))
      builder.set(quick, quickStops(text))
    })
    builder.set(stops, exactStops(text))
  })
  const end = builder.mutable('end', add(shl(index, i32(2)), firstStop(stops)))
  builder.if(ne(byteAt(end), i32(34)), () => builder.break(label))
  const kind = builder.mutable('kind', i32(tokenKind.text))
  // the next backslash of the input is in this string: its first quote may be an escaped one
  builder.if(gt(end, walk.stop), () => {
    builder.set(end, library('json_string', [walk.table, from]))
    builder.set(walk.stop, wordAt(walk.table, learnt.firstStop))
    builder.if(isZero(end), () => builder.break(label))
    builder.set(kind, i32(tokenKind.rawText))
  })
  emitToken(walk, cell, { kind, from, to: end })
  builder.set(at, add(end, i32(1)))
}

/** Word number `index` of the memory. */
function wordNumber(index: Expression): Expression {
  return { kind: 'load', memory: 'i32', address: i32(0), offset: 0, index }
}

/** Up to eight digits without a loop; longer numbers, fractions and exponents are scanned by the library. */
function emitDigits(walk: Walk, cell: Expression, first: Expression): void {
  const { builder, at, label } = walk
  const from = builder.let('from', at)
  const base = builder.let('base', alignedDown(from))
  const bits = builder.let('bits', bitsWithin(from))
  const middle = builder.let('word', wordAt(base, 4))
  const low = builder.let('digits', xor(spliced(wordAt(base), middle, bits), everyByte(48)))
  const lowStops = builder.let('stops', digitStops(low))
  const value = builder.mutable('value', i32(0))
  const count = builder.mutable('count', i32(0))
  builder.if(
    ne(lowStops, i32(0)),
    () => {
      builder.set(count, firstStop(lowStops))
      builder.set(value, fourDigits(builder.let('digits', shl(low, shl(sub(i32(4), count), i32(3))))))
    },
    () => {
      const high = builder.let('digits', xor(spliced(middle, wordAt(base, 8), bits), everyByte(48)))
      const highStops = builder.let('stops', digitStops(high))
      const more = builder.let('more', select(isZero(highStops), i32(4), firstStop(highStops)))
      const moved = select(isZero(more), i32(0), shl(high, shl(sub(i32(4), more), i32(3))))
      builder.set(count, add(more, i32(4)))
      builder.set(
        value,
        add(mul(fourDigits(low), powerOfTen(walk.powers, more)), fourDigits(builder.let('digits', moved))),
      )
    },
  )
  const end = builder.let('end', add(from, count))
  const next = builder.let('next', byteAt(end))
  // a digit, a point or an exponent follows
  const goesOn = either(
    binary('lt_u', sub(next, i32(48)), i32(10)),
    either(eq(next, i32(46)), eq(or(next, i32(32)), i32(101))),
  )
  builder.if(
    goesOn,
    () => emitSkipped(walk, cell, i32(tokenKind.number)),
    () => {
      builder.if(both(eq(first, i32(48)), gt(count, i32(1))), () => builder.break(label))
      emitToken(walk, cell, { kind: i32(tokenKind.small), from, to: end })
      builder.store('i32', { address: cell, offset: token.value }, value)
      builder.set(at, end)
    },
  )
}

/** true, false, null, negative numbers, nested values. */
function emitOther(walk: Walk, cell: Expression, first: Expression): void {
  const nested = select(eq(first, i32(45)), i32(tokenKind.number), i32(tokenKind.nested))
  const word = select(
    eq(first, i32(102)),
    i32(tokenKind.false),
    select(eq(first, i32(110)), i32(tokenKind.null), nested),
  )
  emitSkipped(walk, cell, select(eq(first, i32(116)), i32(tokenKind.true), word))
}

function emitSkipped(walk: Walk, cell: Expression, kind: Expression): void {
  const { builder, at, label } = walk
  const end = builder.let('end', library('json_skip', [at]))
  builder.if(isZero(end), () => builder.break(label))
  emitToken(walk, cell, { kind, from: at, to: end })
  builder.set(at, end)
}
