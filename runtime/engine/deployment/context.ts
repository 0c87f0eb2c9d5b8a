import type { SinkArtifact } from '../../abi/artifact.ts'
import type { SinkParts } from '../cache/encoder-parts.ts'
import type { ByteAllocator, ByteStream, Clock } from '../../connect/connector.ts'
import type { Graph, RowError } from '../../dataflow/graph.ts'
import type { WorkerMemory } from '../../memory/worker-memory.ts'
import type { RowErrorLog } from '../errors/row-error-log.ts'
import type { SourceDriver } from '../pump/source-driver.ts'
import type { SinkDriver } from '../sinks/sink-driver.ts'

/** What the parts of a running engine share. */
export interface DeploymentContext {
  readonly graph: Graph
  readonly memory: WorkerMemory
  readonly allocator: ByteAllocator
  readonly clock: Clock
  readonly stdout: ByteStream
  readonly rowErrors: RowErrorLog
  /** The columns of a row that an operator refused, as JSON text. */
  rowText(error: RowError): string | null
  /** What turns rows into bytes. */
  encoder(rows: SinkParts): SinkArtifact
  addDriver(driver: SourceDriver): void
  removeDriver(driver: SourceDriver): void
  addSink(sink: SinkDriver): void
  /** The query of a sink has ended, or the sink is dropped. */
  finishSink(sink: SinkDriver): Promise<void>
  abortSink(sink: SinkDriver): void
  onSinkClosedByReader(sink: string): void
  /** An object has failed; those who read it have been told. */
  onFailure(object: string, reason: unknown): void
  /** There is work for the pump. */
  wake(): void
}
