import type { SourceObject } from '../../../sql/catalog/object.ts'
import type { SourceConnector } from '../../connect/connector.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import { sourceKey } from '../cache/cache-key.ts'
import type { DeployableSource } from '../deployment/deployable.ts'
import { compileSource } from './compile-source.ts'

/** `compileSource` for sets of columns, each compiled once. `folder`: where that is kept on disk, if it is. */
export function cachedSource(
  object: SourceObject,
  connector: SourceConnector | null,
  { cache, folder }: { readonly cache: ArtifactCache; readonly folder: string | null },
): DeployableSource['compile'] {
  const { definitions, watermark } = object
  const format = connector?.format ?? null
  return (needed) =>
    cache.get(sourceKey({ definitions, watermark, needed, format }), folder, () =>
      compileSource(object, needed, connector),
    ).artifact
}
