import { readDecodeSchema, type DecodeSchema } from '../abi/decode-schema.ts'
import { learnt } from '../abi/decode-token.ts'
import type { MemoryViews } from '../abi/memory.ts'

/** What a scanner makes of the schemas of its sources, each once. */
export class KnownSchemas<Known> {
  readonly #views: MemoryViews
  readonly #make: (schema: DecodeSchema) => Known
  readonly #known = new Map<number, { readonly number: number; readonly value: Known }>()
  #read = 0

  constructor(views: MemoryViews, make: (schema: DecodeSchema) => Known) {
    this.#views = views
    this.#make = make
  }

  /**
   * Of the schema at `address`. What was made before belongs to this source when `table`, where it keeps what is learnt, has the number: another
   * one may have been at the same address.
   */
  at(address: number, table: number): Known {
    const { u8, i32 } = this.#views
    const cell = (table + learnt.schemaNumber) >> 2
    const known = this.#known.get(address)
    if (known !== undefined && known.number === i32[cell]) return known.value
    const value = this.#make(readDecodeSchema(u8, i32, address))
    const number = ++this.#read
    i32[cell] = number
    this.#known.set(address, { number, value })
    return value
  }
}
