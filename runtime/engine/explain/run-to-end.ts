import type { Consumer } from '../../dataflow/graph.ts'
import type { DataflowNode } from '../deployment/node.ts'
import type { Engine } from '../engine.ts'
import type { Planned } from '../planning/planned.ts'

/** Takes rows and forgets them. */
const nowhere: () => Consumer = () => ({ ready: () => true, accept: () => {} })

type Select = Planned & { readonly kind: 'select' }

/**
 * Runs statements until their bounded sources have ended, and gives the node of each query. Streams are run although nobody
 * reads them, and the rows of SELECTs are thrown away; those over views read what these hold in the end.
 */
export async function runToEnd(
  engine: Engine,
  statements: readonly Planned[],
): Promise<ReadonlyMap<Planned, DataflowNode>> {
  const nodes = new Map<Planned, DataflowNode>()
  const batch = engine.newBatch(statements)
  const attach = (planned: Planned, node: DataflowNode): void => {
    engine.running.topology.attach(node, nowhere())
    nodes.set(planned, node)
  }
  const overViews: Select[] = []
  const deployed: Planned[] = []
  for (const statement of statements) {
    const planned = statement.kind === 'explain' ? statement.inner : statement
    if (planned.kind !== 'select') {
      await engine.deployOnly(planned, batch)
      deployed.push(planned)
    } else if (engine.readsViews(planned.prepared)) overViews.push(planned)
    else attach(planned, engine.follow(planned.prepared, batch))
  }
  const { topology } = engine.running
  for (const planned of deployed) {
    if (planned.kind === 'create_query') attach(planned, topology.reader(planned.object.name, batch))
    const sink = planned.kind === 'create_sink' ? topology.nodeOf(planned.object.name) : undefined
    if (sink !== undefined) nodes.set(planned, sink)
  }
  engine.running.start(batch)
  const created = new Set(
    deployed.flatMap((planned) => (planned.kind === 'create_source' ? [planned.object.name] : [])),
  )
  engine.running.endInboxes((object) => created.has(object))
  await engine.drain()
  for (const planned of overViews) attach(planned, engine.followHeld(planned.prepared, batch))
  await engine.drain()
  return nodes
}
