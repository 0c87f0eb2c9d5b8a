import { lowerSink } from '../../../codegen/lowering/encoders/lower-sink.ts'
import { sourceControl } from '../../../runtime/abi/artifact.ts'
import type { OutputFormat } from '../../../runtime/abi/format.ts'
import type {
  ConnectorColumn,
  ConnectorDeclaration,
  ConnectorFormat,
  SinkContext,
  SourceContext,
} from '../../../runtime/connect/connector.ts'
import { OptionReader } from '../../../runtime/connect/option-reader.ts'
import { createWorkerMemory, RunAllocator, type WorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import type { Span } from '../../../sql/base/span.ts'
import { type SqlType, parseTypeName } from '../../../sql/types/sql-type.ts'
import { must } from '../../../sql/base/assert.ts'
import { blockLayout, realClock } from '../decoders/harness.ts'
import { bindEncoder, type Instantiate } from '../encoders/harness.ts'

const span: Span = { start: 0, end: 1, line: 1, column: 1 }

export function optionReader(options: Readonly<Record<string, string>>, owner = 'source s'): OptionReader {
  return new OptionReader(
    Object.entries(options).map(([key, value]) => ({ key, value, span, valueSpan: span })),
    owner,
  )
}

/** `columns`: names and types, `a BIGINT`, with NOT NULL at the end where wanted. */
export function columnsOf(...columns: readonly string[]): ConnectorColumn[] {
  return columns.map((text) => {
    const [, name = '', type = '', notNull] = /^(\S+) (.*?)( NOT NULL)?$/.exec(text) ?? []
    return { name, type: must<SqlType>(parseTypeName(type), type), nullable: notNull === undefined }
  })
}

export function declare(
  columns: readonly ConnectorColumn[],
  options: Readonly<Record<string, string>>,
  format?: { readonly name: string; readonly options?: Readonly<Record<string, string>> },
): ConnectorDeclaration {
  const clause: ConnectorFormat | undefined = format && {
    name: format.name,
    options: optionReader(format.options ?? {}, `FORMAT ${format.name}`),
    span,
  }
  return { name: 's', columns, options: optionReader(options), format: clause }
}

/** With the memory that it lies in. */
export interface BlockContext extends SourceContext {
  readonly memory: WorkerMemory
}

/** A context for sources that write columns themselves. */
export function blockContext(columns: readonly ConnectorColumn[], more: Partial<SourceContext> = {}): BlockContext {
  const memory = createWorkerMemory({ limitBytes: 1 << 28 })
  const allocator = new RunAllocator(memory.pages)
  const layout = blockLayout(columns)
  return {
    memory,
    name: 's',
    views: memory.views,
    allocator,
    clock: realClock,
    block: allocator.allocate(layout.sizeBytes),
    layout,
    columns,
    control: allocator.allocate(sourceControl.sizeBytes),
    decode: null,
    sites: [],
    failFast: false,
    onRowError: (error) => {
      throw new Error(error.site.code)
    },
    ...more,
  }
}

/** A sink's side of the rows of a source context; `format`: its connector's. */
export function sinkContext(
  { memory, views, allocator, layout, columns }: BlockContext,
  {
    format = null,
    instantiate,
    ...more
  }: Partial<SinkContext> & { readonly format?: OutputFormat | null; readonly instantiate?: Instantiate } = {},
): SinkContext {
  const present = columns.map((column) => must(column))
  return {
    name: 'sink',
    views,
    allocator,
    encoder: format && bindEncoder(memory, lowerSink({ format, layout, columns: present }), instantiate),
    layout,
    columns: present,
    key: [],
    stdout: { write: () => Promise.reject(new Error('no standard output here')) },
    ...more,
  }
}
