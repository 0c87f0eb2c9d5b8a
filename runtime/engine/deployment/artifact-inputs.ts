import type { Artifact, ArtifactContent, PipelineArtifact } from '../../abi/artifact.ts'
import type { DataflowNode } from './node.ts'

/** Names of the objects that an artifact reads, each once. */
export function objectsReadBy(artifact: Artifact): readonly string[] {
  return [...new Set(artifact.pipelines.flatMap(({ input }) => (input.kind === 'object' ? [input.object] : [])))]
}

/** The artifact as it reads these instances. */
export function withInputs(artifact: Artifact, nodes: ReadonlyMap<string, DataflowNode>): ArtifactContent {
  const rename = (pipeline: PipelineArtifact): PipelineArtifact => {
    const { input } = pipeline
    if (input.kind !== 'object') return pipeline
    const name = nodes.get(input.object)?.name ?? input.object
    return name === input.object ? pipeline : { ...pipeline, input: { ...input, object: name } }
  }
  const { engineVersion, abiVersion, pipelines, units, constants, sites } = artifact
  return { engineVersion, abiVersion, pipelines: pipelines.map(rename), units, constants, sites }
}

/** Which columns of which objects some artifacts read. */
export function columnsReadBy(
  artifacts: readonly Pick<Artifact, 'pipelines'>[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const columns = new Map<string, Set<number>>()
  for (const { input } of artifacts.flatMap(({ pipelines }) => pipelines)) {
    if (input.kind !== 'object') continue
    const needed = columns.get(input.object) ?? new Set()
    for (const column of input.columns) needed.add(column)
    columns.set(input.object, needed)
  }
  return columns
}
