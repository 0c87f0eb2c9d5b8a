import { must } from '../../../sql/base/assert.ts'
import type { Artifact } from '../../abi/artifact.ts'
import type { BlockLayout } from '../../abi/block.ts'
import type { SinkParts } from '../cache/encoder-parts.ts'
import { listedColumns } from '../results.ts'
import { resultFormats } from '../rows/result-formats.ts'
import { resultLayout } from '../rows/rows-to-blocks.ts'
import type { Planned } from '../planning/planned.ts'

/**
 * The rows that a statement may turn into bytes when the program runs: a sink in its own format, whatever is printed in the one that is asked for
 * then. Mirrors what the command line opens (cli/run/run-program.ts).
 */
export function encodedRows(planned: Planned): readonly SinkParts[] {
  switch (planned.kind) {
    case 'create_sink': {
      const { format } = planned.connector
      return format === null ? [] : [{ format, ...outputOf(planned.prepared.artifact) }]
    }
    case 'select': {
      const held = outputOf(planned.prepared.artifact)
      const { columns } = held
      const layouts: readonly BlockLayout[] = [
        held.layout,
        { ...held.layout, weightOffset: null },
        resultLayout(columns),
        outputOf(planned.prepareLive().artifact).layout,
      ]
      return layouts.flatMap((layout) => inAllFormats({ layout, columns }))
    }
    case 'listing': {
      const columns = listedColumns(planned.listing)
      return inAllFormats({ layout: resultLayout(columns), columns })
    }
    default:
      return []
  }
}

type Rows = Omit<SinkParts, 'format'>

function outputOf({ pipelines }: Artifact) {
  const { outputLayout, outputColumns } = must(pipelines.at(-1), 'a pipeline')
  return { layout: outputLayout, columns: outputColumns }
}

function inAllFormats(rows: Rows): readonly SinkParts[] {
  return Object.values(resultFormats).map((format) => ({ ...rows, format }))
}
