import { rowFirstValidityBit, rowOffsets } from '../../../runtime/abi/state.ts'
import { assert } from '../../../sql/base/assert.ts'
import type { TableArtifact } from '../../../runtime/abi/artifact.ts'

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
    }
  }

  #add(role: string, memory: StateMemory, changes: 'never' | 'with_rows'): StateField {
    const field = new StateField(`${role}${this.#fields.length}`, memory, changes)
    this.#fields.push(field)
    return field
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
