import { unreachable } from '../../../sql/base/assert.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { defineCsvEncoder } from './csv-encoder.ts'
import type { EncoderSink } from './encoder-sink.ts'
import { defineJsonEncoder } from './json-encoder.ts'

/**
 * Adds the encoder of a sink to its unit; the exported function's name. The function is `encode` of SinkArtifact (runtime/abi/artifact.ts).
 * Names of columns and string options are in the constant pool only.
 */
export function lowerEncoder(module: ModuleBuilder, sink: EncoderSink): string {
  const { format } = sink
  switch (format.kind) {
    case 'json':
      return defineJsonEncoder(module, sink, format)
    case 'csv':
      return defineCsvEncoder(module, sink, format)
    default:
      return unreachable(format)
  }
}
