import { binary, constF64, constI1, constI32, library, load, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { unreachable } from '../../../sql/base/assert.ts'
import { viewInlineBytesMax } from '../../../runtime/abi/view.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { Value } from '../value.ts'
import { valueTypeOf } from '../value.ts'
import type { StateBit, StateField, StateLayout, StateMemory } from './state-layout.ts'
import { bitOffset } from './state-layout.ts'

/**
 * Keys of state tables. A fixed-width key is compared, hashed and stored as 32-bit words: in JavaScript that keeps 64-bit keys out of BigInt.
 * Equality is that of GROUP BY: NULL equals NULL, -0 equals 0 and NaN equals NaN (floats are brought to one form first), intervals by
 * their length, strings by their bytes.
 */
export interface KeyField {
  readonly type: SqlType
  readonly field: StateField
  /** Set when the key is not NULL; null for keys that never are. */
  readonly bit: StateBit | null
  /** `bits`: values that are equal for SQL but look different are different keys. */
  readonly equality: 'sql' | 'bits'
}

export function keyField(
  layout: StateLayout,
  { type, nullable }: { readonly type: SqlType; readonly nullable: boolean },
  equality: KeyField['equality'] = 'sql',
): KeyField {
  return { type, field: layout.key('key', keyMemory(type)), bit: nullable ? layout.bit() : null, equality }
}

function keyMemory(type: SqlType): StateMemory {
  if (type.kind === 'varchar' || type.kind === 'bytea') return 'view'
  if (type.kind === 'interval') return 'interval'
  const register = valueTypeOf(type)
  return register === 'i1' ? 'i32' : register
}

/** A key of the row in hand. */
export interface Key {
  readonly field: KeyField
  /** Words of a fixed-width value, 0 where it is NULL; null for strings and intervals. */
  readonly words: readonly Expression[] | null
  /** The address of a string or an interval. */
  readonly address: Expression | null
  readonly valid: Expression | null
}

/** `direct`: where the value lies in memory as it is, so that its words can be loaded. */
export function makeKey(
  builder: FunctionBuilder,
  field: KeyField,
  { value, direct }: { readonly value: Value; readonly direct: Direct | null },
): Key {
  const valid = field.bit === null ? null : value.valid
  if (field.field.memory === 'view' || (field.field.memory === 'interval' && field.equality === 'sql')) {
    return { field, words: null, address: value.value, valid }
  }
  const words = direct ? loadWords(builder, direct) : wordsOf(builder, value, field)
  const known = valid === null ? words : words.map((word) => builder.let('key', select(valid, word, constI32(0))))
  return { field, words: known, address: null, valid }
}

/** An array of 64- or 128-bit integers in a block, and an element of it. */
export interface Direct {
  readonly address: Expression
  readonly offset: number
  readonly row: Expression
  readonly wordCount: 2 | 4
}

function loadWords(builder: FunctionBuilder, { address, offset, row, wordCount }: Direct): readonly Expression[] {
  const first = builder.let('word', binary('mul', row, constI32(wordCount)))
  return Array.from({ length: wordCount }, (_, index) =>
    builder.let('key', load('i32', address, { offset: offset + index * 4, index: first })),
  )
}

function wordsOf(
  builder: FunctionBuilder,
  { type, value }: Value,
  { field, equality }: KeyField,
): readonly Expression[] {
  const register = valueTypeOf(type)
  const wordsAt = (address: Expression): readonly Expression[] =>
    [0, 4, 8, 12].map((offset) => builder.let('key', load('i32', address, { offset })))
  if (field.memory === 'interval') return wordsAt(value)
  const halves = (wide: Expression): readonly Expression[] => {
    const whole = builder.let('key', wide)
    return [builder.let('key', unary('i32_wrap_i64', whole)), builder.let('key', unary('i32_high_i64', whole))]
  }
  switch (register) {
    case 'i1':
      return [builder.let('key', unary('i32_from_i1', value))]
    case 'i32':
      return [value]
    case 'i64':
      return halves(value)
    case 'f64': {
      // one form of NaN, and no -0: adding 0 makes it 0
      const known = builder.let('key', value)
      if (equality === 'bits') return halves(unary('f64_bits', known))
      const isNan = binary('ne', known, known)
      return halves(unary('f64_bits', select(isNan, constF64(Number.NaN), binary('add', known, constF64(0)))))
    }
    case 'i128': {
      const cell = builder.module.scratch(16)
      builder.store('i128', { address: cell }, value)
      return wordsAt(cell)
    }
    default:
      return unreachable(register)
  }
}

/**
 * For words and for their upper halves. Chosen among random odd numbers by how evenly `rotl(w * whole ^ (w >>> 16) * upper, 16)`, masked, spreads sequences in
 * many steps, doubles, pairs of small numbers and addresses over tables of 2^9 to 2^18 slots that are a third to two thirds full.
 */
const factors = [
  { whole: 0x80bc45e3, upper: 0x08003da3 },
  { whole: 0x67f812df, upper: 0xd1dfe1ef },
  { whole: 0x9c6386b7, upper: 0x7a170d4d },
  { whole: 0xec47f65b, upper: 0x431f7cbd },
  { whole: 0xf9223583, upper: 0x3cf98981 },
  { whole: 0x62f2300d, upper: 0xba87ecd5 },
  { whole: 0x4b896a97, upper: 0xbda8a69b },
  { whole: 0x85bd5d27, upper: 0xed28cf6b },
] as const

/**
 * A 32-bit hash of all keys, for tables that begin to look at its low bits. Numbers that lie close together, as identifiers mostly do, get slots of their
 * own: the middle bits of a product step through the table evenly, where a hash like chance makes a fifth of the keys of a table that is a third full begin
 * at a slot that is taken. Each of their rows is a branch that nobody can predict, half of the kernel's time (docs/internals/performance.md).
 *
 * Within 2^16 numbers, that is: the products of the upper halves put each such range elsewhere, so that no step between keys makes all of them meet.
 * Eight words at a time are multiplied beside each other, because the hash is what a probe waits for.
 */
export function hashKeys(builder: FunctionBuilder, keys: readonly Key[]): Expression {
  const parts = keys.flatMap((key) => hashParts(builder, key))
  let hash: Expression | null = null
  for (let from = 0; from < parts.length; from += factors.length) {
    const products: readonly Expression[] = factors.slice(0, parts.length - from).flatMap(({ whole, upper }, index) => {
      const part = parts[from + index] as Expression
      return [
        binary('mul', part, constI32(whole | 0)),
        binary('mul', binary('shr_u', part, constI32(16)), constI32(upper | 0)),
      ]
    })
    const before = hash === null ? [] : [binary('mul', hash, constI32(0x85ebca6b | 0))]
    const mixed = builder.let(
      'hash',
      [...before, ...products].reduce((all, one) => binary('xor', all, one)),
    )
    hash = builder.let('hash', binary('or', binary('shl', mixed, constI32(16)), binary('shr_u', mixed, constI32(16))))
  }
  return hash ?? zero
}

function hashParts(builder: FunctionBuilder, key: Key): readonly Expression[] {
  const valid = key.valid === null ? [] : [unary('i32_from_i1', key.valid)]
  if (key.words !== null) return [...key.words, ...valid]
  const address = key.address as Expression
  if (key.field.field.memory === 'interval') {
    const hash = builder.mutable('hash', constI32(0))
    whenValid(builder, key, () => builder.set(hash, library('interval_hash', [address])))
    return [hash, ...valid]
  }
  return [hashView(builder, key, address), ...valid]
}

/** Short strings are hashed by their words; long ones by the library. */
function hashView(builder: FunctionBuilder, key: Key, address: Expression): Expression {
  const hash = builder.mutable('hash', constI32(0))
  whenValid(builder, key, () => {
    const length = builder.let('length', load('i32', address))
    builder.if(
      binary('le_s', length, constI32(viewInlineBytesMax)),
      () => {
        const mix = (a: Expression, offset: number): Expression =>
          binary('mul', binary('xor', a, load('i32', address, { offset })), constI32(0xcc9e2d51))
        const first = builder.let('hash', mix(length, 4))
        const second = builder.let('hash', mix(binary('xor', first, binary('shr_u', first, constI32(16))), 8))
        builder.set(hash, mix(binary('xor', second, binary('shr_u', second, constI32(15))), 12))
      },
      () => builder.set(hash, library('string_hash', [address])),
    )
  })
  return hash
}

function whenValid(builder: FunctionBuilder, { valid }: Key, body: () => void): void {
  if (valid === null) body()
  else builder.if(valid, body)
}

/** Does the state row hold these keys? May emit statements. */
export function keysEqual(builder: FunctionBuilder, row: Expression, keys: readonly Key[]): Expression {
  const nulls = nullWords(keys).map(({ bits, packed }) =>
    binary(
      'eq',
      binary('and', load('i32', row, { offset: bitOffset(bits[0] as StateBit) }), constI32(maskOf(bits))),
      packed,
    ),
  )
  const fixed = keys.flatMap(({ words, field }) => {
    const same = (words ?? []).map((word, index) =>
      binary('eq', load('i32', row, { offset: field.field.offset + index * 4 }), word),
    )
    // in pairs: a machine with 64-bit registers makes one comparison of two words side by side
    return [same.slice(0, 2), same.slice(2)].flatMap((pair) => (pair.length === 0 ? [] : [allOf(pair)]))
  })
  const simple = allOf([...fixed, ...nulls])
  const addressed = keys.filter(({ words }) => words === null)
  if (addressed.length === 0) return simple
  const equal = builder.mutable('equal', simple)
  for (const key of addressed) builder.if(equal, () => builder.set(equal, addressedEqual(builder, row, key)))
  return equal
}

function allOf([first = constI1(true), ...more]: readonly Expression[]): Expression {
  return more.reduce((all, one) => binary('and', all, one), first)
}

/** Known: validity is the same on both sides. */
function addressedEqual(builder: FunctionBuilder, row: Expression, { field, address, valid }: Key): Expression {
  const own = binary('add', row, constI32(field.field.offset))
  const other = address as Expression
  const equal = builder.mutable('equal', constI1(valid !== null))
  const compare = (): void => {
    if (field.field.memory === 'interval') {
      builder.set(equal, binary('eq', library('interval_compare', [own, other]), constI32(0)))
      return
    }
    const same = (offset: number): Expression =>
      binary('eq', load('i32', row, { offset: field.field.offset + offset }), load('i32', other, { offset }))
    builder.set(equal, binary('and', same(0), same(4)))
    builder.if(equal, () => {
      const short = binary('le_s', load('i32', other), constI32(viewInlineBytesMax))
      builder.if(
        short,
        () => builder.set(equal, binary('and', same(8), same(12))),
        () => builder.set(equal, library('string_equal', [own, other])),
      )
    })
  }
  if (valid === null) compare()
  else builder.if(valid, compare)
  return equal
}

/** Fills the key fields of a new, zeroed row. */
export function storeKeys(
  builder: FunctionBuilder,
  { row, table }: { readonly row: Expression; readonly table: Expression },
  keys: readonly Key[],
): void {
  for (const { bits, packed } of nullWords(keys)) {
    const target = { address: row, offset: bitOffset(bits[0] as StateBit) }
    builder.store('i32', target, binary('or', load('i32', row, { offset: target.offset }), packed))
  }
  for (const key of keys) {
    const { words, address, field } = key
    if (words !== null) {
      for (const [index, word] of words.entries())
        builder.store('i32', { address: row, offset: field.field.offset + index * 4 }, word)
      continue
    }
    const own = binary('add', row, constI32(field.field.offset))
    whenValid(builder, key, () => {
      if (field.field.memory === 'interval') builder.copy({ address: own }, { address: address as Expression }, 16)
      else builder.do('state_view', [table, own, address as Expression])
    })
  }
}

interface NullWord {
  readonly bits: readonly StateBit[]
  /** The bits of those keys that are not NULL. */
  readonly packed: Expression
}

/** Validity bits of nullable keys, by the word they are in. */
function nullWords(keys: readonly Key[]): readonly NullWord[] {
  const byWord = new Map<StateField | null, { readonly bit: StateBit; readonly valid: Expression | null }[]>()
  for (const { field, valid } of keys) {
    if (field.bit === null) continue
    const list = byWord.get(field.bit.word) ?? []
    list.push({ bit: field.bit, valid })
    byWord.set(field.bit.word, list)
  }
  return [...byWord.values()].map((list) => ({
    bits: list.map(({ bit }) => bit),
    packed: list.reduce<Expression>((all, { bit, valid }) => {
      const own = valid === null ? constI32(bit.mask) : select(valid, constI32(bit.mask), constI32(0))
      return binary('or', all, own)
    }, constI32(0)),
  }))
}

function maskOf(bits: readonly StateBit[]): number {
  return bits.reduce((all, { mask }) => all | mask, 0)
}

/** A key of a state row as a SQL value. */
export function loadKey(builder: FunctionBuilder, row: Expression, { type, field, bit }: KeyField): Value {
  return {
    type,
    value: loadField(builder, row, { type, field }),
    valid: bit === null ? null : testBit(builder, row, bit),
  }
}

export function testBit(builder: FunctionBuilder, row: Expression, bit: StateBit): Expression {
  const word = load('i32', row, { offset: bitOffset(bit) })
  return builder.let('valid', binary('ne', binary('and', word, constI32(bit.mask)), constI32(0)))
}

export function setBit(builder: FunctionBuilder, row: Expression, bit: StateBit): void {
  const offset = bitOffset(bit)
  builder.store('i32', { address: row, offset }, binary('or', load('i32', row, { offset }), constI32(bit.mask)))
}

export function clearBit(builder: FunctionBuilder, row: Expression, bit: StateBit): void {
  const offset = bitOffset(bit)
  builder.store('i32', { address: row, offset }, binary('and', load('i32', row, { offset }), constI32(~bit.mask)))
}

/** The value of `type` in a field whose memory is that of `valueMemory(type)`. */
export function loadField(
  builder: FunctionBuilder,
  row: Expression,
  { type, field }: { readonly type: SqlType; readonly field: StateField },
): Expression {
  if (field.memory === 'view' || field.memory === 'interval')
    return builder.let('value', binary('add', row, constI32(field.offset)))
  const memory = field.memory === 'wide' ? 'i64' : field.memory
  const loaded = load(memory, row, { offset: field.offset })
  return builder.let('value', valueTypeOf(type) === 'i1' ? unary('i1_from_i32', loaded) : loaded)
}

/** Stores a valid value into such a field. */
export function storeField(
  builder: FunctionBuilder,
  { row, table }: { readonly row: Expression; readonly table: Expression },
  { field, value }: { readonly field: StateField; readonly value: Value },
): void {
  switch (field.memory) {
    case 'view':
      builder.do('state_view', [table, binary('add', row, constI32(field.offset)), value.value])
      return
    case 'interval':
      builder.copy({ address: row, offset: field.offset }, { address: value.value }, 16)
      return
    default: {
      const stored = valueTypeOf(value.type) === 'i1' ? unary('i32_from_i1', value.value) : value.value
      builder.store(field.memory === 'wide' ? 'i64' : field.memory, { address: row, offset: field.offset }, stored)
    }
  }
}

export { keyMemory as valueMemory }
