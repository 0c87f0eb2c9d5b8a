import type { DataPlace } from '../../../sql/base/diagnostic.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import { blockRowsMax } from '../../abi/memory.ts'
import { storeInteger, storeNumber, storeView } from '../../format/cells.ts'
import type { ConnectorDeclaration, ReadResult, SourceConnector, SourceContext, SourceReader } from '../connector.ts'
import { beginDraws, type Draws, drawFraction } from '../nexmark/random.ts'
import { Pace } from '../pace.ts'
import { type ColumnGenerator, planColumnGenerator, textBytesMax } from './column-generator.ts'

/** Plans a source of made-up rows: row n of column c depends on n, c and the seed alone (but for `now`). */
export function planDatagenSource({ columns, options }: ConnectorDeclaration): SourceConnector {
  const rows = options.integer('rows', { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: -1 })
  const rate = options.number('rate', { min: 0, max: 1e9, otherwise: 0 })
  const seed = options.integer('seed', { min: 0, max: 0x7fffffff, otherwise: 42 })
  const generators = new Map(
    columns.map((column, index) => [column.name, { index, generator: planColumnGenerator(column, options) }]),
  )
  const bounded = rows >= 0
  return {
    bounded,
    replayable: bounded,
    format: null,
    open: (context) =>
      new DatagenReader(context, { rows: bounded ? rows : Number.MAX_SAFE_INTEGER, rate, seed, generators }),
  }
}

interface DatagenPlan {
  readonly rows: number
  readonly rate: number
  readonly seed: number
  readonly generators: ReadonlyMap<string, { readonly index: number; readonly generator: ColumnGenerator }>
}

class DatagenReader implements SourceReader {
  readonly #context: SourceContext
  readonly #plan: DatagenPlan
  readonly #pace: Pace
  readonly #draws: Draws = { state: 0 }
  readonly #arena: number
  readonly #arenaSizeBytes: number
  readonly bytesRead = 0
  #first = 0
  #next = 0

  constructor(context: SourceContext, plan: DatagenPlan) {
    this.#context = context
    this.#plan = plan
    this.#pace = new Pace(context.clock, plan.rate)
    const texts = context.layout.columns.filter((column) => column.physical === 'view').length
    this.#arenaSizeBytes = 16 + texts * blockRowsMax * textBytesMax
    this.#arena = context.allocator.allocate(this.#arenaSizeBytes)
  }

  get progress(): number {
    return this.#next / this.#plan.rows
  }

  read(): ReadResult {
    const due = Math.min(this.#plan.rows, this.#pace.allowed())
    const count = Math.min(blockRowsMax, due - this.#next)
    if (this.#next >= this.#plan.rows) return { kind: 'end' }
    if (count <= 0) return { kind: 'wait', until: this.#pace.wait(this.#next + 1) }
    let arena = this.#arena
    for (const [index, column] of this.#context.columns.entries()) {
      if (column !== null) arena = this.#fillColumn(index, { name: column.name, count, arena })
    }
    this.#first = this.#next
    this.#next += count
    return { kind: 'rows', count }
  }

  #fillColumn(index: number, { name, count, arena }: { name: string; count: number; arena: number }): number {
    const { views, block, layout, clock } = this.#context
    const place = layout.columns[index]
    const planned = this.#plan.generators.get(name)
    if (place === undefined || planned === undefined) return arena
    const { generator } = planned
    const size = physicalSizeBytes(place.physical)
    const now = Number(clock.nowMicros())
    let free = arena
    for (let row = 0; row < count; row++) {
      const n = this.#next + row
      beginDraws(this.#draws, this.#plan.seed + planned.index * 0x51ed27, n)
      const valid = generator.nullRate === 0 || drawFraction(this.#draws) >= generator.nullRate
      if (place.validOffset !== null) views.u8[block + place.validOffset + row] = valid ? 1 : 0
      const cell = block + place.dataOffset + row * size
      if (!valid) continue
      if (generator.kind === 'text') {
        const end = generator.write(views.u8, free, { n, draws: this.#draws })
        storeView(views, cell, { from: free, length: end - free })
        free = end
      } else if (generator.kind === 'now') storeInteger(views, cell, now)
      else storeNumber(views, cell, { physical: place.physical, value: generator.value(n, this.#draws) })
    }
    return free
  }

  place(row: number): DataPlace {
    return { object: this.#context.name, line: this.#first + row + 1 }
  }

  record(): Uint8Array | null {
    return null
  }

  close(): Promise<void> {
    this.#pace.stop()
    this.#context.allocator.release(this.#arena, this.#arenaSizeBytes)
    return Promise.resolve()
  }
}
