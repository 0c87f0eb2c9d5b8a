import type { RecordBatch } from 'apache-arrow'
import { must } from '../../../sql/base/assert.ts'
import { parseTypeName, type SqlType } from '../../../sql/types/sql-type.ts'
import type { Evaluator, EvaluatorRequest } from '../../../sql/planner/evaluator.ts'
import type { EvaluatorCallArtifact } from '../../abi/artifact.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import type { EvaluatorBlock } from '../../dataflow/graph.ts'
import { arrowColumn } from '../inbox/arrow-input.ts'
import { makeValueWriter, type ValueWriter } from '../inbox/value-writer.ts'
import { requireArrow } from '../rows/arrow-library.ts'
import { arrowSchema, toArrowTable } from '../rows/arrow-output.ts'
import { copyBlock, type CopiedBlock } from '../rows/copied-block.ts'
import type { Toolchain } from '../toolchain/toolchain.ts'

/**
 * Functions that have no kernel of ours, computed by the planner module's own implementation over Arrow batches. A batch that
 * fails is tried again row by row, so that each row's failure is its own.
 */
export class BatchEvaluator {
  readonly #views: MemoryViews
  readonly #toolchain: Pick<Toolchain, 'compileEvaluator'>
  /** One for each distinct request; they live as long as the worker. */
  readonly #evaluators = new Map<string, Evaluator>()

  constructor(views: MemoryViews, toolchain: Pick<Toolchain, 'compileEvaluator'>) {
    this.#views = views
    this.#toolchain = toolchain
  }

  /** Writes the call's results into its result column, and which rows it refused into its failed column. */
  evaluate(call: EvaluatorCallArtifact, rows: EvaluatorBlock): void {
    const { block, count } = rows
    const evaluator = this.#evaluatorOf(call)
    const write = this.#writerOf(call, rows)
    const ranges = this.#run(call, evaluator, { rows, from: 0, to: count })
    for (const { from, result } of ranges) {
      const values = result === null ? null : arrowColumn(result, result.schema.fields[0]?.name ?? '')
      const rowCount = result === null ? 1 : result.numRows
      for (let index = 0; index < rowCount; index++) {
        this.#views.u8[block + this.#failedOffset(call, rows) + from + index] = values === null ? 1 : 0
        write(block, from + index, values?.get(index) ?? null)
      }
    }
  }

  /** Results of rows from .. to - 1 in pieces; a piece of one row without result is a row that failed. */
  #run(
    call: EvaluatorCallArtifact,
    evaluator: Evaluator,
    part: Part,
  ): readonly { readonly from: number; readonly result: RecordBatch | null }[] {
    const { from, to } = part
    if (from >= to) return []
    try {
      return [{ from, result: this.#runAll(call, evaluator, part) }]
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'evaluation_failed') throw error
      if (to - from === 1) return [{ from, result: null }]
      const middle = (from + to) >>> 1
      return [
        ...this.#run(call, evaluator, { ...part, to: middle }),
        ...this.#run(call, evaluator, { ...part, from: middle }),
      ]
    }
  }

  #runAll(call: EvaluatorCallArtifact, evaluator: Evaluator, { rows, from, to }: Part): RecordBatch {
    const arrow = requireArrow()
    const copied = copyArguments(this.#views, call, rows)
    const columns = argumentColumns(call)
    const schema = arrowSchema(arrow, columns, { weights: false })
    const table = toArrowTable(arrow, schema, [
      { ...copied, columns: copied.columns.map((column, index) => ({ ...column, ...columns[index] })) },
    ])
    const sliced = from === 0 && to === rows.count ? table : table.slice(from, to)
    const result = arrow.tableFromIPC(evaluator.run(arrow.tableToIPC(sliced, 'stream')))
    return must(result.batches[0], 'a batch of results')
  }

  #evaluatorOf({ request }: EvaluatorCallArtifact): Evaluator {
    const present = this.#evaluators.get(request)
    if (present !== undefined) return present
    const made = this.#toolchain.compileEvaluator(JSON.parse(request) as EvaluatorRequest)
    this.#evaluators.set(request, made)
    return made
  }

  #writerOf(_call: EvaluatorCallArtifact, { layout, columns, resultColumn, arena }: EvaluatorBlock): ValueWriter {
    const column = must(layout.columns[resultColumn], 'a result column')
    const { name, type } = must(columns[resultColumn], 'a result column')
    return makeValueWriter(
      { views: this.#views, column, arena: () => arena },
      { name, type, nullable: true, hasDefault: false },
    )
  }

  #failedOffset(call: EvaluatorCallArtifact, { layout }: EvaluatorBlock): number {
    return must(layout.columns[call.failedColumn], 'a failed column').dataOffset
  }
}

interface Part {
  readonly rows: EvaluatorBlock
  readonly from: number
  readonly to: number
}

/** Types as the request spells them: the names of the call's arguments are `c0`, `c1`, .. */
function argumentColumns({
  request,
}: EvaluatorCallArtifact): readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[] {
  const { columns } = JSON.parse(request) as EvaluatorRequest
  return columns.map(({ name, type, nullable }) => ({
    name,
    type: typeof type === 'string' ? must(parseTypeName(type)) : type,
    nullable,
  }))
}

function copyArguments(
  views: MemoryViews,
  call: EvaluatorCallArtifact,
  { layout, columns, block, count }: EvaluatorBlock,
): CopiedBlock {
  const picked = {
    layout: {
      ...layout,
      weightOffset: null,
      columns: call.argumentColumns.map((index) => must(layout.columns[index], 'an argument column')),
    },
    columns: call.argumentColumns.map((index) => must(columns[index], 'an argument column')),
  }
  return copyBlock(views, picked, { block, count })
}
