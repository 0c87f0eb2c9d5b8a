import { sourceControl, type SourceArtifact } from '../../abi/artifact.ts'
import { instantMax } from '../../abi/state.ts'
import type { SourceConnector, SourceContext, SourceRowError } from '../../connect/connector.ts'
import type { RowError, SourceInput } from '../../dataflow/graph.ts'
import type { OnError } from '../errors/row-error-log.ts'
import { Inbox } from '../inbox/inbox.ts'
import { InboxWriter, type InboxColumn } from '../inbox/writer.ts'
import { SourceDriver } from '../pump/source-driver.ts'
import type { DeploymentContext } from './context.ts'
import type { DeployableSource, RunningSource } from './deployable.ts'
import type { DataflowNode } from './node.ts'

/** Declared columns that the queries of a deployment read, by source; `all` where later ones may read more. */
export type ColumnsNeeded = ReadonlyMap<string, ReadonlySet<number>> | 'all'

/** One day: a producer's clock may be wrong by a time zone, not by more. */
const maxAheadMicrosLive = 86_400_000_000n
const noLimit = instantMax

/**
 * The columns of a source that have to be decoded; of one that is fed from outside, all. Needs go by name: what a program reads of an object
 * that it drops, and makes anew with fewer columns, may name columns that this one has not got.
 */
export function columnsNeeded(
  { object, connector }: Pick<DeployableSource, 'object' | 'connector'>,
  needs: ColumnsNeeded,
): ReadonlySet<number> {
  const all = new Set(object.columns.keys())
  if (connector === null || needs === 'all') return all
  return all.intersection(needs.get(object.name) ?? all)
}

export interface StartEvents {
  readonly onRowError: (node: DataflowNode, error: RowError, facts: { readonly onError: OnError }) => void
}

/** Makes sources run: their code, their block, their reader. */
export class SourceStarter {
  readonly #context: DeploymentContext
  readonly #events: StartEvents

  constructor(context: DeploymentContext, events: StartEvents) {
    this.#context = context
    this.#events = events
  }

  /** A source that is fed from outside runs at once, a connector's when the deployment starts. */
  start(
    node: DataflowNode,
    deployed: DeployableSource,
    batch: { readonly needs: ColumnsNeeded; readonly starts: (() => void)[] },
  ): void {
    const { object, connector } = deployed
    const artifact = deployed.compile(columnsNeeded(deployed, batch.needs))
    const input = this.#context.graph.addSource(node.name, artifact, {
      onRowError: (error) => this.#events.onRowError(node, error, object),
    })
    node.input = input
    if (connector === null) this.#startInbox(node, object, input)
    else {
      batch.starts.push(() => {
        if (!node.removed) this.#startConnector(node, { object, connector, artifact, input })
      })
    }
  }

  #startInbox(node: DataflowNode, object: RunningSource, input: SourceInput): void {
    const { memory } = this.#context
    const { layout, block } = input
    const inbox = new Inbox(object.name, memory, { layout, target: block, hasEventTime: object.watermark !== null })
    const writer = new InboxWriter(object.name, inbox, { memory, layout, columns: inboxColumns(object) })
    const driver = new SourceDriver(node.name, {
      open: () => inbox,
      input,
      bounded: false,
      beforeRead: this.#aheadLimit(object, input, 'live'),
    })
    node.feed = { kind: 'inbox', inbox, writer, driver }
    this.#context.addDriver(driver)
  }

  #startConnector(
    node: DataflowNode,
    parts: {
      readonly object: RunningSource
      readonly connector: SourceConnector
      readonly artifact: SourceArtifact
      readonly input: SourceInput
    },
  ): void {
    const { object, connector, artifact, input } = parts
    const { memory, allocator, clock } = this.#context
    const context: SourceContext = {
      name: object.name,
      views: memory.views,
      allocator,
      clock,
      block: input.block,
      layout: input.layout,
      columns: artifact.columns,
      control: input.control,
      decode: input.decode,
      sites: artifact.sites,
      failFast: object.onError === 'fail',
      onRowError: (error) => this.#decodeError(object, error),
    }
    const driver = new SourceDriver(node.name, {
      open: () => connector.open(context),
      input,
      bounded: connector.bounded,
      beforeRead: this.#aheadLimit(object, input, connector.bounded ? 'bounded' : 'live'),
    })
    node.feed = { kind: 'connector', driver }
    this.#context.addDriver(driver)
  }

  #decodeError(object: RunningSource, { site, siteIndex, place, record }: SourceRowError): void {
    // The record lies in a buffer of the reader: only what is kept is copied.
    this.#context.rowErrors.take(
      { object: object.name, site, siteIndex, place, record: () => record.slice() },
      object.onError,
    )
  }

  /** Sets how far ahead of the clock event times may be; live sources ask the clock again before each block. */
  #aheadLimit(
    { maxAheadMicros, watermark }: RunningSource,
    input: SourceInput,
    kind: 'live' | 'bounded',
  ): (() => void) | undefined {
    if (watermark === null) return undefined
    const { views } = this.#context.memory
    const at = (input.control + sourceControl.aheadLimit) >>> 3
    views.i64[at] = noLimit
    const suited = kind === 'live' ? maxAheadMicrosLive : null
    const ahead = maxAheadMicros === undefined ? suited : maxAheadMicros === null ? null : BigInt(maxAheadMicros)
    if (ahead === null) return undefined
    return () => {
      views.i64[at] = this.#context.clock.nowMicros() + ahead
    }
  }
}

/** By the block's column order; computed columns are the source's own business. */
function inboxColumns({ definitions, watermark, onError }: RunningSource): readonly InboxColumn[] {
  return definitions.map(({ name, type, nullable, computed, defaultValue }, index) => {
    if (computed !== undefined) return null
    const isLenientEventTime = watermark?.column === index && onError !== 'fail'
    return { name, type, nullable, hasDefault: defaultValue !== undefined, isLenientEventTime }
  })
}
