import type { Consumer } from '../../dataflow/graph.ts'
import { objectsReadBy } from '../deployment/artifact-inputs.ts'
import type { DataflowNode } from '../deployment/node.ts'
import type { Engine } from '../engine.ts'
import type { Planned } from '../planning/planned.ts'

/** Takes rows and forgets them. */
const nowhere: () => Consumer = () => ({ ready: () => true, accept: () => {} })

type Select = Planned & { readonly kind: 'select' }

type Created = Planned & { readonly kind: 'create_source' | 'create_query' | 'create_sink' }

/**
 * Runs statements until their bounded sources have ended, and gives the node of each query. Streams are run although nobody
 * reads them, and the rows of SELECTs are thrown away; those over views read what these hold in the end. So nothing is dropped
 * but what a later statement makes anew, and that is not among the nodes, nor is what reads it as a view.
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
  const overViews = new Set<Select>()
  const made = new Map<string, Created>()
  const sources = new Set<string>()
  const planned = statements.map((statement) => (statement.kind === 'explain' ? statement.inner : statement))
  for (const [index, each] of planned.entries()) {
    if (each.kind === 'select') {
      if (engine.readsViews(each.prepared)) overViews.add(each)
      else attach(each, engine.follow(each.prepared, batch))
      continue
    }
    if (each.kind === 'drop') {
      const dropped = new Set(each.dropped.map(({ name }) => name))
      if (!planned.slice(index).some((later) => isCreated(later) && dropped.has(later.object.name))) continue
      for (const name of dropped) made.delete(name)
      for (const select of overViews) if (readsAny(select, dropped)) overViews.delete(select)
    }
    await engine.deployOnly(each, batch)
    if (isCreated(each) && each.outcome !== 'exists') made.set(each.object.name, each)
    if (each.kind === 'create_source') sources.add(each.object.name)
  }
  const { topology } = engine.running
  for (const [name, created] of made) {
    if (created.kind === 'create_query') attach(created, topology.reader(name, batch))
    const sink = created.kind === 'create_sink' ? topology.nodeOf(name) : undefined
    if (sink !== undefined) nodes.set(created, sink)
  }
  engine.running.start(batch)
  engine.running.endInboxes((object) => sources.has(object))
  await engine.drain()
  for (const planned of overViews) attach(planned, engine.followHeld(planned.prepared, batch))
  await engine.drain()
  return nodes
}

function readsAny({ prepared }: Select, objects: ReadonlySet<string>): boolean {
  return objectsReadBy(prepared.artifact).some((name) => objects.has(name))
}

function isCreated(planned: Planned): planned is Created {
  return planned.kind === 'create_source' || planned.kind === 'create_query' || planned.kind === 'create_sink'
}
