import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import type { Expression } from '../../kernel/ir.ts'
import { binary, library, select } from '../../kernel/build.ts'
import type { MutableLocal } from '../function-builder.ts'
import type { DecodeState } from './decode-loop.ts'
import { powerOfTen } from './text-functions.ts'
import {
  add,
  alignedDown,
  bitsWithin,
  both,
  byteAt,
  digitStops,
  either,
  eq,
  everyByte,
  exactStops,
  firstStop,
  fourDigits,
  gt,
  i32,
  isZero,
  mul,
  ne,
  or,
  quickStops,
  shl,
  shr,
  spliced,
  sub,
  wordAt,
  xor,
} from './word.ts'

/** A function that walks along a record, while it is built. */
export interface Walk {
  readonly builder: DecodeState['builder']
  readonly powers: Expression
  /** address of what is learnt */
  readonly table: Expression
  /** the next backslash of the input */
  readonly stop: MutableLocal
  readonly at: MutableLocal
  /** breaking out of it is a miss */
  readonly label: number
}

/** Finds the value's end by its first byte, steps over it and fills the token cell at `cell`. */
export function emitValue(walk: Walk, cell: Expression): void {
  const { builder, at } = walk
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
 * The first quote or control character from `from` on, four bytes at a time. The quick test in the loop also stops at bytes above
 * 160, which the exact one then passes. The bytes before the string are made harmless.
 */
export function emitTextEnd({ builder }: Walk, from: Expression): Expression {
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
  return add(shl(index, i32(2)), firstStop(stops))
}

function emitString(walk: Walk, cell: Expression): void {
  const { builder, at, label } = walk
  const from = builder.let('from', add(at, i32(1)))
  const end = builder.mutable('end', emitTextEnd(walk, from))
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
export function wordNumber(index: Expression): Expression {
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
