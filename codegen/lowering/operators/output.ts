import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import { must } from '../../../sql/base/assert.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { controlBlock } from '../../../runtime/abi/state.ts'
import { constI32, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { RowScope } from '../row-scope.ts'
import type { BlockRow } from './block-columns.ts'
import { writeRow } from './output-row.ts'
import { openRow, rowWatermark, type PipelineSource } from './pipeline-input.ts'
import { chooseRows } from './choose-rows.ts'
import { applySteps } from './steps.ts'
import { openValuesRow } from './values.ts'
import { openGaps } from './wide-row.ts'

export interface RunKernel {
  readonly pipeline: Pipeline
  /** Null for VALUES. */
  readonly source: PipelineSource | null
  readonly layout: BlockLayout
  /** Columns that the steps give; an evaluator adds more behind them. */
  readonly columnCount: number
}

/** `run(in, count, out, control)`: the steps, and the rows that are left into the output block. For VALUES, `in` is the number of the first row. */
export function lowerRun(module: ModuleBuilder, kernel: RunKernel): string {
  const parameters = [
    { role: 'in', type: 'i32' },
    { role: 'count', type: 'i32' },
    { role: 'out', type: 'i32' },
    { role: 'control', type: 'i32' },
  ] as const
  return module.function(
    { name: 'run', parameters, result: 'i32', exported: true },
    (builder, [block, count, out, control]) => {
      const written = builder.mutable('written', zero)
      const gaps = openGaps(builder, kernel.columnCount)
      builder.for(zero, must(count), (row, label) => {
        const at = { block: must(block), row }
        const opened = open(builder, kernel, at)
        const choice = chooseRows(kernel.pipeline.steps, opened)
        const scope = choice?.scope ?? applySteps(opened, kernel.pipeline.steps, { row, label })
        const output = {
          out: must(out),
          layout: kernel.layout,
          written,
          weight: weightOf(kernel, at),
          watermark:
            kernel.layout.watermarkOffset === null
              ? null
              : watermarkOf(builder, kernel, { at, control: must(control) }),
          origin: null,
        }
        const step = choice?.chosen ?? constI32(1)
        writeRow(scope, { output, count: kernel.columnCount, step, gaps }, { row, label })
      })
      gaps?.close({ ...kernel, block: must(out), written })
      builder.return(written)
    },
  )
}

function open(builder: FunctionBuilder, { pipeline, source }: RunKernel, at: BlockRow): RowScope {
  if (source) return openRow(builder, source, at)
  if (pipeline.input.kind !== 'values') throw new TypeError('a pipeline without a source reads VALUES')
  return openValuesRow(builder, pipeline.input.rows, { schema: pipeline.inputEdge.schema, at })
}

function weightOf({ source }: RunKernel, { block, row }: BlockRow): Expression {
  const offset = source?.layout.weightOffset ?? null
  return offset === null ? constI32(1) : load('i32', block, { offset, index: row })
}

function watermarkOf(
  builder: FunctionBuilder,
  { source }: RunKernel,
  place: { readonly at: BlockRow; readonly control: Expression },
): Expression {
  const own = source && rowWatermark(builder, source, place)
  return own ?? load('i64', place.control, { offset: controlBlock.watermark })
}
