import { lowerSink } from '../../../codegen/lowering/encoders/lower-sink.ts'
import type { SinkArtifact } from '../../abi/artifact.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import { sinkKey } from '../cache/cache-key.ts'
import { encoderParts, type SinkParts } from '../cache/encoder-parts.ts'

/** The code that turns rows into bytes, compiled once. `folder`: where that is kept on disk, if it is. */
export function cachedEncoder(
  rows: SinkParts,
  { cache, folder }: { readonly cache: ArtifactCache; readonly folder: string | null },
): SinkArtifact {
  // what its key in the cache is made from, and no more
  return cache.get(sinkKey(rows), folder, () => lowerSink(encoderParts(rows))).artifact
}
