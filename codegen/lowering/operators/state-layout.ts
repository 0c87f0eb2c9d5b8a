import type { OrderMemory } from '../../../runtime/abi/state.ts'
import { rowFirstValidityBit, rowOffsets } from '../../../runtime/abi/state.ts'
import { assert } from '../../../sql/base/assert.ts'
import type { RowOrderArtifact, TableArtifact } from '../../../runtime/abi/artifact.ts'

/** `wide`: a cell of add_wide. Views, intervals and i128 are 16 bytes, too. */
export type StateMemory = 'i32' | 'i64' | 'f64' | 'i128' | 'wide' | 'view' | 'interval'

const sizes: Readonly<Record<StateMemory, number>> = {
  i32: 4,
  i64: 8,
  f64: 8,
  i128: 16,
  wide: 16,
  view: 16,
  interval: 16,
}

/** A field of a state row. Its offset is known once the layout is finished. */
export class StateField {
  readonly name: string
  readonly memory: StateMemory
  readonly changes: 'never' | 'with_rows'
  #offset = -1

  constructor(name: string, memory: StateMemory, changes: 'never' | 'with_rows') {
    this.name = name
    this.memory = memory
    this.changes = changes
  }

  get offset(): number {
    assert(this.#offset >= 0, 'offsets are read after the layout is finished')
    return this.#offset
  }

  /** Called once, by the layout. */
  place(offset: number): void {
    this.#offset = offset
  }
}

/** A validity bit of a state row: in the word at `word.offset`, or in the flags when `word` is null. */
export interface StateBit {
  readonly word: StateField | null
  readonly mask: number
}

export function bitOffset({ word }: StateBit): number {
  return word?.offset ?? rowOffsets.flags
}

/** Collects the fields of a row, then places them in order of falling size (runtime/abi/state.ts). */
export class StateLayout {
  readonly #fields: StateField[] = []
  #word: StateField | null = null
  #nextBit: number = rowFirstValidityBit
  #order: StateOrder | null = null

  /** `name` is a role and a number, never from SQL. */
  key(role: string, memory: StateMemory): StateField {
    return this.#add(role, memory, 'never')
  }

  accumulator(role: string, memory: StateMemory): StateField {
    return this.#add(role, memory, 'with_rows')
  }

  bit(): StateBit {
    if (this.#nextBit === 31) {
      this.#word = this.#add('valid', 'i32', 'with_rows')
      this.#nextBit = 0
    }
    this.#nextBit += 1
    return { word: this.#word, mask: 1 << (this.#nextBit - 1) }
  }

  /** The rows are kept in an order besides. */
  ordered(order: StateOrder): void {
    this.#order = order
  }

  finish(): TableArtifact {
    let end: number = rowOffsets.fields
    for (const size of [16, 8, 4]) {
      for (const field of this.#fields) {
        if (sizes[field.memory] !== size) continue
        field.place(end)
        end += size
      }
    }
    const views = this.#fields.filter((field) => field.memory === 'view')
    return {
      // a free row keeps its link where the first field is
      rowSizeBytes: rowSize(end),
      fields: this.#fields.map(({ name, offset, memory }) => ({ name, offset, memory })),
      viewOffsets: views.map(({ offset }) => offset),
      changingViewOffsets: views.filter(({ changes }) => changes === 'with_rows').map(({ offset }) => offset),
      order: this.#order && orderArtifact(this.#order),
    }
  }

  #add(role: string, memory: StateMemory, changes: 'never' | 'with_rows'): StateField {
    const field = new StateField(`${role}${this.#fields.length}`, memory, changes)
    this.#fields.push(field)
    return field
  }
}

/** What an order compares: fields of the row, and the links that it keeps. */
export interface StateOrder {
  readonly links: { readonly left: StateField; readonly right: StateField; readonly parent: StateField }
  readonly keys: readonly StateOrderKey[]
}

export interface StateOrderKey {
  readonly field: StateField
  readonly memory: OrderMemory
  /** Set when the key is not NULL; null for keys that never are. */
  readonly bit: StateBit | null
  readonly descending: boolean
  readonly nullsFirst: boolean
}

function orderArtifact({ links, keys }: StateOrder): RowOrderArtifact {
  return {
    left: links.left.offset,
    right: links.right.offset,
    parent: links.parent.offset,
    keys: keys.map(({ field, memory, bit, descending, nullsFirst }) => ({
      memory,
      offset: field.offset,
      valid: bit && { offset: bitOffset(bit), mask: bit.mask },
      descending,
      nullsFirst,
    })),
  }
}

const cacheLineBytes = 64

/**
 * A row that nearly fills a cache line gets the whole of it: most others of its size lie on two lines, and a table that does not fit the
 * cache pays for both (bench/kernel, case group-1m).
 */
function rowSize(endOffset: number): number {
  const size = Math.max(16, Math.ceil(endOffset / 8) * 8)
  const rest = cacheLineBytes - (size % cacheLineBytes)
  return rest <= 8 ? size + rest : size
}
