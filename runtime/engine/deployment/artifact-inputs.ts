import { DataError } from '../../../sql/base/diagnostic.ts'
import { closed } from '../../../sql/messages/raise.ts'
import type { Artifact, ArtifactContent, PipelineArtifact } from '../../abi/artifact.ts'
import type { BlockColumn } from '../../abi/block.ts'
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

/** An object may have been replaced by one with other columns since the query was planned. @throws DataError closed */
export function checkLayouts(artifact: Artifact, nodes: ReadonlyMap<string, DataflowNode>): void {
  for (const { input, inputLayout } of artifact.pipelines) {
    if (input.kind !== 'object') continue
    const node = nodes.get(input.object)
    const columns = (node?.output ?? node?.input)?.layout.columns
    if (columns !== undefined && !sameColumns(columns, inputLayout.columns))
      throw new DataError(closed({ what: input.object }))
  }
}

function sameColumns(some: readonly BlockColumn[], others: readonly BlockColumn[]): boolean {
  if (some === others) return true
  return (
    some.length === others.length &&
    some.every((column, index) => {
      const other = others[index]
      return (
        column.physical === other?.physical &&
        column.dataOffset === other.dataOffset &&
        column.validOffset === other.validOffset
      )
    })
  )
}
