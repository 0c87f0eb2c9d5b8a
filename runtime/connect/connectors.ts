import type { Readable } from 'node:stream'
import { didYouMean } from '../../sql/base/did-you-mean.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { invalidOption, unknownConnector } from '../../sql/messages/raise.ts'
import { planBlackholeSink } from './blackhole/blackhole-sink.ts'
import type { ConnectorDeclaration, SinkConnector, SourceConnector } from './connector.ts'
import { planDatagenSource } from './datagen/datagen-source.ts'
import { type FileSystem, nodeFileSystem } from './file/file-system.ts'
import { planFileSink } from './file/file-sink.ts'
import { planFileSource } from './file/file-source.ts'
import { planNexmarkSource } from './nexmark/nexmark-source.ts'
import { planStdoutSink } from './stdout/stdout-sink.ts'

/** What connectors use of the world outside. */
export interface ConnectorWorld {
  readonly fileSystem: FileSystem
  /** Called when a source opens `-`. */
  readonly stdin: () => Readable
  readonly processId: number
}

export const nodeWorld: ConnectorWorld = {
  fileSystem: nodeFileSystem,
  stdin: () => process.stdin,
  processId: process.pid,
}

type Plan<T> = (declaration: ConnectorDeclaration, world: ConnectorWorld) => T

/** Those that write columns themselves take no FORMAT. */
const withoutFormat =
  (plan: Plan<SourceConnector>): Plan<SourceConnector> =>
  (declaration, world) => {
    const { format } = declaration
    if (format)
      throw new SqlError([
        invalidOption({ name: 'FORMAT', reason: 'this connector makes rows, not bytes' }, { span: format.span }),
      ])
    return plan(declaration, world)
  }

const sources: ReadonlyMap<string, Plan<SourceConnector>> = new Map([
  ['file', planFileSource],
  ['nexmark', withoutFormat(planNexmarkSource)],
  ['datagen', withoutFormat(planDatagenSource)],
])

const sinks: ReadonlyMap<string, Plan<SinkConnector>> = new Map<string, Plan<SinkConnector>>([
  ['file', planFileSink],
  ['stdout', planStdoutSink],
  ['blackhole', planBlackholeSink],
])

/** Plans a source by its `connector` option. Throws SqlError; touches no file. The caller calls `options.finish()` at the end. */
export function planSource(declaration: ConnectorDeclaration, world: ConnectorWorld): SourceConnector {
  return find(declaration, sources)(declaration, world)
}

export function planSink(declaration: ConnectorDeclaration, world: ConnectorWorld): SinkConnector {
  return find(declaration, sinks)(declaration, world)
}

function find<T>({ options }: ConnectorDeclaration, plans: ReadonlyMap<string, Plan<T>>): Plan<T> {
  const connector = options.requiredText('connector')
  const plan = plans.get(connector.toLowerCase())
  if (plan) return plan
  const hint = didYouMean(connector, plans.keys()) ?? `connectors: ${[...plans.keys()].join(', ')}`
  throw new SqlError([unknownConnector({ name: connector }, { span: options.spanOf('connector'), hint })])
}
