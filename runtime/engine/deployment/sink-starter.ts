import type { SinkConnector } from '../../connect/connector.ts'
import type { QueryOutput } from '../../dataflow/graph.ts'
import { SinkDriver } from '../sinks/sink-driver.ts'
import type { DeploymentContext } from './context.ts'
import type { RunningObject } from './deployable.ts'

/** Opens a sink for the rows of its query. @throws DataError sink_unwritable */
export function openSink(
  context: DeploymentContext,
  sink: {
    readonly object: RunningObject
    readonly connector: SinkConnector
    readonly key: readonly number[]
    readonly output: QueryOutput
  },
  onFailure: (reason: unknown) => void,
): SinkDriver {
  const { object, connector, key, output } = sink
  const { layout, columns } = output
  const { format } = connector
  const writer = connector.open({
    name: object.name,
    views: context.memory.views,
    allocator: context.allocator,
    encoder: format && context.graph.addEncoder(object.name, context.encoder({ format, layout, columns })),
    layout,
    columns,
    key,
    stdout: context.stdout,
  })
  const driver = new SinkDriver(object.name, writer, {
    onFailure: (_, reason) => onFailure(reason),
    onClosedByReader: (name) => context.onSinkClosedByReader(name),
    onEnd: () => void context.finishSink(driver),
  })
  context.addSink(driver)
  return driver
}
