import { learnt, learntKey, learntKeyHash, learntKeySlots } from '../../../runtime/abi/decode-token.ts'
import type { Expression } from '../../kernel/ir.ts'
import { constI1, select, unary } from '../../kernel/build.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { emitTextEnd, emitValue, type Walk, wordNumber } from './json-values.ts'
import {
  add,
  and,
  bitsWithin,
  both,
  byteAt,
  eq,
  gt,
  i32,
  isZero,
  mul,
  ne,
  or,
  shl,
  shr,
  spliced,
  sub,
  wordAt,
  xor,
} from './word.ts'

export const keyedFunction = { name: 'keyed', result: 'i32' } as const

/**
 * keyed(start, learnt): the tokens of a record whose fields are in any order, and its end; 0 when something does not fit. Each key is looked
 * up among those that the general scanner has met. One space may stand behind a colon or a comma. Cells of columns that the record lacks
 * stay as they are: the caller has set them to absent.
 */
export function defineKeyed({ module, powers }: DecoderFrame): void {
  const parameters = [
    { role: 'start', type: 'i32' },
    { role: 'learnt', type: 'i32' },
  ] as const
  module.function({ ...keyedFunction, parameters, exported: false, idiom: 'json_keyed' }, (builder, [start, table]) => {
    if (!start || !table) return
    builder.if(ne(byteAt(start), i32(123)), () => builder.return(i32(0)))
    const stop = builder.mutable('stop', wordAt(table, learnt.firstStop))
    const at = builder.mutable('at', add(start, i32(1)))
    builder.while(constI1(true), (label) => {
      const walk: Walk = { builder, powers, table, stop, at, label }
      const key = builder.let('entry', emitKey(walk))
      builder.if(ne(wordAt(wordAt(key, learntKey.guard)), i32(0)), () => builder.break(label))
      emitValue(walk, builder.let('cell', wordAt(key, learntKey.tokenCell)))
      builder.if(
        eq(byteAt(at), i32(44)),
        () => builder.set(at, behindSpace(builder, add(at, i32(1)))),
        () => emitEnd(walk),
      )
    })
    builder.return(i32(0))
  })
}

/** Steps over `"key":`; the key's entry. */
function emitKey(walk: Walk): Expression {
  const { builder, table, at, label } = walk
  const quote = builder.let('from', at)
  const first = builder.let('first', unalignedWord(quote))
  builder.if(ne(and(first, i32(255)), i32(34)), () => builder.break(label))
  const from = builder.let('from', add(quote, i32(1)))
  const end = builder.let('end', emitTextEnd(walk, from))
  const isKey = both(eq(byteAt(end), i32(34)), eq(byteAt(end, 1), i32(58)))
  builder.if(unary('not', isKey), () => builder.break(label))
  const length = builder.let('length', sub(end, from))
  const tail = builder.let('at', sub(end, i32(3)))
  const lastFrom = builder.let('at', select(gt(tail, quote), tail, quote))
  const last = builder.let('last', unalignedWord(lastFrom))
  const mixed = add(
    add(mul(first, i32(learntKeyHash.first)), mul(last, i32(learntKeyHash.last))),
    mul(length, i32(learntKeyHash.length)),
  )
  const slot = builder.mutable('slot', shr(mixed, i32(learntKeyHash.shift)))
  const found = builder.mutable('found', i32(0))
  builder.while(isZero(found), () => {
    const entry = builder.let('entry', add(table, add(i32(learnt.keys), shl(slot, i32(keySizeLog)))))
    const known = builder.let('length', wordAt(entry, learntKey.length))
    builder.if(isZero(known), () => builder.break(label))
    builder.if(eq(known, length), () => {
      const difference = emitDifference(builder, { from, length, entry })
      builder.if(isZero(difference), () => builder.set(found, entry))
    })
    builder.set(slot, and(add(slot, i32(1)), i32(learntKeySlots - 1)))
  })
  builder.set(at, behindSpace(builder, add(end, i32(2))))
  return found
}

const keySizeLog = Math.log2(learntKey.sizeBytes)

/** Not 0 when the bytes at `from` are not the entry's. */
function emitDifference(
  builder: FunctionBuilder,
  { from, length, entry }: { readonly from: Expression; readonly length: Expression; readonly entry: Expression },
): Expression {
  const bits = builder.let('bits', bitsWithin(from))
  const index = builder.mutable('word', shr(from, i32(2)))
  const low = builder.mutable('low', wordNumber(index))
  const difference = builder.mutable('difference', i32(0))
  const full = builder.let('full', shr(length, i32(2)))
  const expected = (word: Expression): Expression => ({
    kind: 'load',
    memory: 'i32',
    address: entry,
    offset: learntKey.bytes,
    index: word,
  })
  builder.for(i32(0), full, (word) => {
    builder.set(index, add(index, i32(1)))
    const high = builder.let('high', wordNumber(index))
    builder.set(difference, or(difference, xor(spliced(low, high, bits), expected(word))))
    builder.set(low, high)
  })
  // the last word is there in part, or not at all
  const mask = sub(shl(i32(1), shl(and(length, i32(3)), i32(3))), i32(1))
  const rest = and(spliced(low, wordNumber(add(index, i32(1))), bits), mask)
  const there = select(isZero(and(length, i32(3))), i32(0), xor(rest, expected(full)))
  return or(difference, there)
}

/** The end of the record behind its last value. */
function emitEnd({ builder, at, label }: Walk): void {
  builder.if(ne(byteAt(at), i32(125)), () => builder.break(label))
  const next = builder.let('next', byteAt(at, 1))
  builder.if(eq(next, i32(10)), () => builder.return(add(at, i32(2))))
  builder.if(both(eq(next, i32(13)), eq(byteAt(at, 2), i32(10))), () => builder.return(add(at, i32(3))))
  builder.break(label)
}

function behindSpace(builder: FunctionBuilder, there: Expression): Expression {
  const address = builder.let('at', there)
  return add(address, unary('i32_from_i1', eq(byteAt(address), i32(32))))
}

/** Four bytes at any address. */
function unalignedWord(address: Expression): Expression {
  const index = shr(address, i32(2))
  return spliced(wordNumber(index), wordNumber(add(index, i32(1))), bitsWithin(address))
}
