import type { Step } from '../../../compiler/pipelines/pipeline.ts'
import type { Span } from '../../../sql/base/span.ts'
import { must } from '../../../sql/base/assert.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { controlBlock, emitList } from '../../../runtime/abi/state.ts'
import { load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { RowScope, type ColumnSource } from '../row-scope.ts'
import { writeRow } from './output-row.ts'
import { applySteps } from './steps.ts'
import { openGaps } from './wide-row.ts'

/** One entry of an emit list, in code. */
export interface EmitEntry {
  /** Address of the state row. */
  readonly row: Expression
  /** i64 micros of its window; loaded at use. */
  readonly windowStart: () => Expression
  readonly windowEnd: () => Expression
}

export interface EmitKernel {
  readonly node: number
  readonly operator: string
  readonly span: Span | undefined
  /** The columns of a shown row; `scope` is the one they will be in. */
  readonly columns: (builder: FunctionBuilder, entry: EmitEntry, scope: () => RowScope) => readonly ColumnSource[]
  readonly after: readonly Step[]
  readonly layout: BlockLayout
  readonly columnCount: number
}

/** `emit(list, count, out, control)`: shows state rows, through the steps behind the operator, as rows of the output block. */
export function lowerEmit(module: ModuleBuilder, kernel: EmitKernel): string {
  const parameters = [
    { role: 'list', type: 'i32' },
    { role: 'count', type: 'i32' },
    { role: 'out', type: 'i32' },
    { role: 'control', type: 'i32' },
  ] as const
  return module.function(
    { name: 'emit', parameters, result: 'i32', exported: true },
    (builder, [list, count, out, control]) => {
      const written = builder.mutable('written', zero)
      const gaps = openGaps(builder, kernel.columnCount)
      builder.for(zero, must(count), (index, label) => {
        builder.mark(kernel.node, kernel.operator, kernel.span)
        const at = (memory: 'i32' | 'i64', offset: number): Expression => load(memory, must(list), { offset, index })
        const entry: EmitEntry = {
          row: builder.let('row', at('i32', emitList.addresses)),
          windowStart: () => builder.let('start', at('i64', emitList.starts)),
          windowEnd: () => builder.let('end', at('i64', emitList.ends)),
        }
        let opened: RowScope | null = null
        opened = RowScope.open(
          builder,
          kernel.columns(builder, entry, () => must(opened, 'an open row')),
        )
        const loop = { row: index, label }
        const scope = applySteps(opened, kernel.after, loop)
        const { layout } = kernel
        const output = {
          out: must(out),
          layout,
          written,
          weight: layout.weightOffset === null ? null : at('i32', emitList.weights),
          watermark:
            layout.watermarkOffset === null ? null : load('i64', must(control), { offset: controlBlock.watermark }),
          origin: index,
        }
        writeRow(scope, { output, count: kernel.columnCount, gaps }, loop)
      })
      gaps?.close({ ...kernel, block: must(out), written })
      builder.return(written)
    },
  )
}
