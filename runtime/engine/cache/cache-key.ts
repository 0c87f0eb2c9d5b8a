import { hash } from 'node:crypto'
import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import { canonicalJson } from '../../../codegen/artifact/canonical-json.ts'
import { irVersion } from '../../../codegen/kernel/ir.ts'
import type { SourceObject } from '../../../sql/catalog/object.ts'
import { abiVersion } from '../../abi/artifact.ts'
import type { BlockLayout } from '../../abi/block.ts'
import type { InputFormat } from '../../abi/format.ts'
import { engineVersion } from '../version.ts'
import { encoderParts, type SinkParts } from './encoder-parts.ts'

/** What the artifact of a query is made from. */
export interface QueryParts {
  readonly pipelines: readonly Pipeline[]
  /** Of the objects that the pipelines read. */
  readonly layouts: readonly (readonly [object: string, layout: BlockLayout])[]
  readonly result: 'passed_on' | 'kept'
}

/** What the code of a source is made from. */
export interface SourceParts extends Pick<SourceObject, 'definitions' | 'watermark'> {
  readonly needed: ReadonlySet<number>
  readonly format: InputFormat | null
}

export function queryKey({ pipelines, layouts, result }: QueryParts): string {
  return keyOf({ kind: 'query', pipelines, layouts, result })
}

export function sourceKey({ definitions, watermark, needed, format }: SourceParts): string {
  const columns = [...needed].toSorted((a, b) => a - b)
  return keyOf({ kind: 'source', definitions, watermark, columns, format })
}

export function sinkKey(parts: SinkParts): string {
  return keyOf({ kind: 'sink', ...encoderParts(parts) })
}

function keyOf(parts: object): string {
  return hash('sha256', canonicalJson({ ...parts, engineVersion, abiVersion, irVersion }))
}
