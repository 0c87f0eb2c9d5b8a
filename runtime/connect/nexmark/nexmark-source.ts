import type { DataPlace } from '../../../sql/base/diagnostic.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { didYouMean } from '../../../sql/base/did-you-mean.ts'
import { typeMismatch, unknownColumn } from '../../../sql/messages/raise.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { blockRowsMax } from '../../abi/memory.ts'
import { storeInteger, storeView } from '../../format/cells.ts'
import type {
  ConnectorColumn,
  ConnectorDeclaration,
  ReadResult,
  SourceConnector,
  SourceContext,
  SourceReader,
} from '../connector.ts'
import { Pace } from '../pace.ts'
import { fillEvent, type NexmarkField, nexmarkFields } from './fields.ts'
import { type EventKind, eventKind, makeEventNumbers, type NexmarkModel } from './model.ts'
import { textBytesMax } from './texts.ts'

const streams = ['bid', 'auction', 'person', 'all'] as const
const kinds: readonly EventKind[] = ['person', 'auction', 'bid']

/** In `stream = 'all'`: which kind a row is (`person`, `auction`, `bid`); fields of other kinds are NULL. */
const kindColumn = 'kind'

/** A column of the block: for each kind of event, the field that fills it. */
interface ColumnPlan {
  readonly dataOffset: number
  readonly validOffset: number | null
  /** null: the name of the kind */
  readonly fields: Readonly<Record<EventKind, NexmarkField | undefined>> | null
}

/** Plans a Nexmark source: columns are matched to fields by name, in any case. */
export function planNexmarkSource({ columns, options, name }: ConnectorDeclaration): SourceConnector {
  const stream = options.choice('stream', streams, 'bid')
  const events = options.integer('events', { min: 1, max: Number.MAX_SAFE_INTEGER, otherwise: 0 })
  const rate = options.number('rate', { min: 0, max: 1e9, otherwise: 0 })
  const seed = options.integer('seed', { min: 0, max: 0x7fffffff, otherwise: 42 })
  const firstEventRate = options.number('first_event_rate', { min: 0.001, max: 1e9, otherwise: 10_000 })
  const selected = stream === 'all' ? kinds : [stream]
  for (const column of columns) checkColumn(column, { selected, object: name })
  return {
    bounded: events > 0,
    replayable: events > 0,
    format: null,
    open: (context) =>
      new NexmarkReader(context, {
        model: { seed, firstEventRate },
        events: events || Number.MAX_SAFE_INTEGER,
        rate,
        selected,
      }),
  }
}

function checkColumn(
  column: ConnectorColumn,
  { selected, object }: { selected: readonly EventKind[]; object: string },
): void {
  const wanted = column.name.toLowerCase()
  if (selected.length > 1 && wanted === kindColumn) return
  const fields = selected.flatMap((kind) => nexmarkFields[kind])
  const found = fields.filter((field) => field.name.toLowerCase() === wanted)
  if (found.length === 0) {
    const hint =
      didYouMean(
        column.name,
        fields.map((field) => field.name),
      ) ?? `fields: ${fields.map((field) => field.name).join(', ')}`
    throw new SqlError([unknownColumn({ name: `${object}.${column.name}` }, { span: column.span, hint })])
  }
  const expected = expectedTypes(found[0] as NexmarkField)
  if (!expected.includes(column.type.kind)) {
    throw new SqlError([
      typeMismatch(
        {
          detail: `nexmark field ${column.name} is ${expected.join(' or ').toUpperCase()}, not ${typeName(column.type)}`,
        },
        { span: column.span, hint: 'declare the column with that type' },
      ),
    ])
  }
  if (!column.nullable && found.length < selected.length) {
    throw new SqlError([
      typeMismatch(
        { detail: `nexmark field ${column.name} does not exist in every kind of event` },
        { span: column.span, hint: 'drop NOT NULL' },
      ),
    ])
  }
}

function expectedTypes(field: NexmarkField): readonly string[] {
  if (field.kind === 'text') return ['varchar']
  return field.kind === 'integer' ? ['bigint'] : ['timestamp', 'timestamptz']
}

interface NexmarkPlan {
  readonly model: NexmarkModel
  readonly events: number
  readonly rate: number
  readonly selected: readonly EventKind[]
}

class NexmarkReader implements SourceReader {
  readonly #context: SourceContext
  readonly #plan: NexmarkPlan
  readonly #columns: readonly ColumnPlan[]
  readonly #event = makeEventNumbers()
  readonly #pace: Pace
  readonly #arena: number
  readonly #arenaSizeBytes: number
  readonly #rows = new Float64Array(blockRowsMax)
  #next = 0

  constructor(context: SourceContext, plan: NexmarkPlan) {
    this.#context = context
    this.#plan = plan
    this.#pace = new Pace(context.clock, plan.rate)
    this.#columns = planColumns(context, plan.selected)
    this.#arenaSizeBytes = blockRowsMax * textBytesMax * Math.max(1, this.#columns.length)
    this.#arena = context.allocator.allocate(this.#arenaSizeBytes)
  }

  get bytesRead(): number {
    return 0
  }

  get progress(): number {
    return this.#next / this.#plan.events
  }

  read(): ReadResult {
    const { events, selected } = this.#plan
    const all = selected.length > 1
    const only = selected[0]
    if (this.#next >= events) return { kind: 'end' }
    const limit = Math.min(events, this.#pace.allowed())
    let count = 0
    let arena = this.#arena
    while (count < blockRowsMax && this.#next < limit) {
      const n = this.#next++
      const kind = eventKind(n)
      if (!all && kind !== only) continue
      fillEvent(this.#event, n, { kind, model: this.#plan.model })
      arena = this.#writeRow(count, kind, arena)
      this.#rows[count++] = n
    }
    if (count > 0) return { kind: 'rows', count }
    return this.#next >= events ? { kind: 'end' } : { kind: 'wait', until: this.#pace.wait(this.#next + 1) }
  }

  #writeRow(row: number, kind: EventKind, arena: number): number {
    const { views, block } = this.#context
    let free = arena
    for (const column of this.#columns) {
      const field = column.fields === null ? undefined : column.fields[kind]
      const known = column.fields === null || field !== undefined
      if (column.validOffset !== null) views.u8[block + column.validOffset + row] = known ? 1 : 0
      const cell = block + column.dataOffset
      if (column.fields === null)
        free = this.#writeText(
          cell + row * 16,
          free,
          (at) => new TextEncoder().encodeInto(kind, views.u8.subarray(at)).written + at,
        )
      else if (field === undefined) continue
      else if (field.kind === 'text')
        free = this.#writeText(cell + row * 16, free, (at) => field.write(views.u8, at, this.#event))
      else storeInteger(views, cell + row * 8, field.value(this.#event) * (field.kind === 'instant' ? 1000 : 1))
    }
    return free
  }

  #writeText(cell: number, from: number, write: (at: number) => number): number {
    const end = write(from)
    storeView(this.#context.views, cell, { from, length: end - from })
    return end
  }

  place(row: number): DataPlace {
    return { object: this.#context.name, line: (this.#rows[row] ?? 0) + 1 }
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

function planColumns({ columns, layout }: SourceContext, selected: readonly EventKind[]): readonly ColumnPlan[] {
  return columns.flatMap((column, index) => {
    const place = layout.columns[index]
    if (column === null || place === undefined) return []
    const wanted = column.name.toLowerCase()
    const find = (kind: EventKind): NexmarkField | undefined =>
      selected.includes(kind) ? nexmarkFields[kind].find((field) => field.name.toLowerCase() === wanted) : undefined
    const fields = { person: find('person'), auction: find('auction'), bid: find('bid') }
    const isKind = selected.length > 1 && wanted === kindColumn
    return [{ dataOffset: place.dataOffset, validOffset: place.validOffset, fields: isKind ? null : fields }]
  })
}
