import { faultAddress } from '../../../runtime/abi/library.ts'
import type { MemoryType } from '../../../runtime/abi/library.ts'
import { signatureOf } from '../build.ts'
import type { Expression, Statement } from '../ir.ts'
import { blocksOf, expressionsOf, operandsOf } from '../walk.ts'

/** A place in memory that a statement reads or writes: `area` is the number of a parameter or a scratch area, `place` that of what is in it (null: unknown). */
export interface Touch {
  readonly area: number
  readonly place: number | null
  readonly kind: 'read' | 'write'
}

/** What a statement (with its blocks) does to memory and the world. */
export interface Effects {
  readonly touches: readonly Touch[]
  /** Calls something that writes memory or keeps state. */
  readonly hasEffect: boolean
  readonly setsFault: boolean
  readonly readsFault: boolean
  /** Writes to an address about which nothing is known, or lets an address escape into a variable. */
  readonly isOpaque: boolean
}

/** `areas`: the ids of the function's parameters, whose memory is disjoint by the conventions of kernels (runtime/abi). */
export function effectsOf(statement: Statement, areas: ReadonlySet<number>): Effects {
  const collector = new EffectCollector(areas)
  collector.statement(statement)
  return collector
}

class EffectCollector implements Effects {
  readonly touches: Touch[] = []
  hasEffect = false
  setsFault = false
  readsFault = false
  isOpaque = false
  readonly #areas: ReadonlySet<number>

  constructor(areas: ReadonlySet<number>) {
    this.#areas = areas
  }

  statement(statement: Statement): void {
    switch (statement.kind) {
      case 'store':
        this.#write(statement.address, { memory: statement.memory, offset: statement.offset })
        this.#value(statement.value)
        if (statement.index) this.#value(statement.index)
        return
      case 'add_wide':
        this.#write(statement.address, { memory: 'i64', offset: statement.offset })
        this.#read(statement.address, statement.offset)
        this.#value(statement.value)
        return
      case 'copy':
        this.#write(statement.to, { memory: 'i64', offset: statement.toOffset })
        this.#read(statement.from, statement.fromOffset)
        return
      case 'do':
        this.#call(statement.call)
        return
      case 'let':
        if (this.#isAddress(statement.value)) this.isOpaque = true
        this.#value(statement.value)
        return
      default:
        for (const expression of expressionsOf(statement)) this.#value(expression)
        for (const block of blocksOf(statement)) for (const inner of block) this.statement(inner)
    }
  }

  #value(expression: Expression): void {
    switch (expression.kind) {
      case 'load':
        this.#read(expression.address, expression.offset)
        if (expression.index) this.#value(expression.index)
        return
      case 'library':
      case 'call':
        this.#call(expression)
        return
      case 'scratch':
        this.touches.push(
          { area: areaOfScratch(expression.offset), place: null, kind: 'read' },
          { area: areaOfScratch(expression.offset), place: null, kind: 'write' },
        )
        return
      case 'local':
        if (this.#areas.has(expression.variable.id))
          this.touches.push({ area: areaOfParameter(expression.variable.id), place: null, kind: 'read' })
        return
      default:
        for (const operand of operandsOf(expression)) this.#value(operand)
    }
  }

  #call(call: Expression & { readonly kind: 'library' | 'call' }): void {
    for (const argument of call.arguments) this.#value(argument)
    if (call.kind === 'call') {
      this.hasEffect = true
      return
    }
    const { pure, fallible, result } = signatureOf(call.name)
    if (fallible) this.setsFault = true
    // a fallible function that gives a value writes nothing but the fault cell; one without result writes what it makes
    if (!pure && (!fallible || result === null)) this.hasEffect = true
  }

  #read(address: Expression, offset: number): void {
    const { area, rest } = this.#areaOf(address)
    if (address.kind === 'const' && address.value === faultAddress && offset === 0) this.readsFault = true
    if (area !== null) this.touches.push({ area, place: null, kind: 'read' })
    for (const expression of rest) this.#value(expression)
  }

  #write(address: Expression, at: { readonly memory: MemoryType; readonly offset: number }): void {
    const { area, rest } = this.#areaOf(address)
    if (area === null) this.isOpaque = true
    else this.touches.push({ area, place: rest.length === 0 ? placeOf(at) : null, kind: 'write' })
    for (const expression of rest) this.#value(expression)
  }

  /** The area that an address lies in and the other terms of its sum. */
  #areaOf(address: Expression): { readonly area: number | null; readonly rest: readonly Expression[] } {
    if (address.kind === 'scratch') return { area: areaOfScratch(address.offset), rest: [] }
    if (address.kind === 'local' && this.#areas.has(address.variable.id))
      return { area: areaOfParameter(address.variable.id), rest: [] }
    if (address.kind !== 'binary' || address.operator !== 'add') return { area: null, rest: [address] }
    const left = this.#areaOf(address.left)
    if (left.area !== null) return { area: left.area, rest: [...left.rest, address.right] }
    const right = this.#areaOf(address.right)
    return right.area === null
      ? { area: null, rest: [address] }
      : { area: right.area, rest: [address.left, ...right.rest] }
  }

  #isAddress(expression: Expression): boolean {
    return (
      expression.kind === 'scratch' ||
      (expression.kind === 'binary' && expression.operator === 'add' && this.#areaOf(expression).area !== null)
    )
  }
}

function areaOfScratch(offset: number): number {
  return 2 * offset
}

export function areaOfParameter(id: number): number {
  return 2 * id + 1
}

const memoryNumbers: Readonly<Record<MemoryType, number>> = {
  bool: 0,
  i8: 1,
  u8: 2,
  i16: 3,
  u16: 4,
  i32: 5,
  u32: 6,
  i64: 7,
  i128: 8,
  f32: 9,
  f64: 10,
}

function placeOf({ memory, offset }: { readonly memory: MemoryType; readonly offset: number }): number {
  return 16 * offset + memoryNumbers[memory]
}
