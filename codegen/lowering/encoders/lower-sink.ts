import type { SinkArtifact } from '../../../runtime/abi/artifact.ts'
import { withHash } from '../../artifact/artifact-hash.ts'
import { assembleUnit } from '../../artifact/assemble-unit.ts'
import { ConstantPool } from '../constant-pool.ts'
import { ModuleBuilder } from '../module-builder.ts'
import type { EncoderSink } from './encoder-sink.ts'
import { lowerEncoder } from './lower-encoder.ts'

/** The unit of a sink whose rows become bytes. */
export function lowerSink(sink: EncoderSink): SinkArtifact {
  const pool = new ConstantPool()
  const module = new ModuleBuilder('sink', pool)
  const encode = lowerEncoder(module, sink)
  const finished = module.finish()
  return withHash({
    units: [assembleUnit(finished.module, finished)],
    constants: pool.constants,
    sites: pool.sites,
    encode: { unit: 0, function: encode },
  })
}
