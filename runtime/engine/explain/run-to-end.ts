import type { Consumer } from '../../dataflow/graph.ts'
import type { DataflowNode } from '../deployment/node.ts'
import type { Engine } from '../engine.ts'
import type { Planned } from '../planning/planned.ts'

/** Takes rows and forgets them. */
const nowhere: () => Consumer = () => ({ ready: () => true, accept: () => {} })

/**
 * Runs statements until their bounded sources have ended, and gives the node of each query. Streams are run although nobody
 * reads them, and the rows of SELECTs are thrown away.
 */
export async function runToEnd(
  engine: Engine,
  statements: readonly Planned[],
): Promise<ReadonlyMap<Planned, DataflowNode>> {
  const nodes = new Map<Planned, DataflowNode>()
  const batch = engine.newBatch(statements)
  const deployed: Planned[] = []
  for (const planned of statements) {
    const inner = planned.kind === 'explain' ? planned.inner : planned
    if (inner.kind === 'select') {
      const node = engine.follow(inner.prepareLive(), batch)
      engine.running.topology.attach(node, nowhere())
      nodes.set(inner, node)
    } else {
      await engine.deployOnly(inner, batch)
      deployed.push(inner)
    }
  }
  const { topology } = engine.running
  for (const planned of deployed) {
    if (planned.kind !== 'create_query' && planned.kind !== 'create_sink') continue
    const node =
      planned.kind === 'create_sink'
        ? topology.nodeOf(planned.object.name)
        : topology.reader(planned.object.name, batch)
    if (node === undefined) continue
    if (planned.kind === 'create_query') topology.attach(node, nowhere())
    nodes.set(planned, node)
  }
  engine.running.start(batch)
  engine.running.endInboxes()
  await engine.drain()
  return nodes
}
