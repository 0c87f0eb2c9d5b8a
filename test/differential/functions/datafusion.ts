import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  tableFromIPC,
  tableToIPC,
  Table,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { DataType, Vector } from 'apache-arrow'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import type { Planner } from '../../../sql/planner/planner.ts'
import type { Column } from '../../../sql/plan/logical-plan.ts'
import type { Cell } from '../../support/expressions/cells.ts'
import type { Outcome } from '../../support/expressions/evaluate.ts'

/** DataFusion's own answer for each row, by its evaluator in the planner module. */
export function askDataFusion(
  planner: Planner,
  { columns, rows }: { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] },
  sql: string,
): Outcome[] {
  const evaluator = planner.compileEvaluator({ columns, expressions: [sql] })
  try {
    return rows.map((row): Outcome => {
      try {
        const [batch] = tableFromIPC(evaluator.run(tableToIPC(tableOf(columns, row), 'stream'))).batches
        return { value: fromArrow(batch?.getChildAt(0) as Vector) }
      } catch (error) {
        if (error instanceof SqlError) throw error
        return { error: (error as { code?: string }).code ?? String(error) }
      }
    })
  } finally {
    evaluator.release()
  }
}

function tableOf(columns: readonly Column[], row: readonly Cell[]): Table {
  const vectors = columns.map(({ type }, index) => vectorOf(type.kind, row[index] as Cell))
  const fields = columns.map(({ name }, index) => new Field(name, (vectors[index] as Vector).type as DataType, true))
  const schema = new Schema(fields)
  const data = makeData({
    type: new Struct(fields),
    length: 1,
    nullCount: 0,
    children: vectors.map((vector) => vector.data[0] as never),
  })
  return new Table(schema, [new RecordBatch(schema, data as never)])
}

function vectorOf(kind: string, cell: Cell): Vector {
  switch (kind) {
    case 'integer':
      return vectorFromArray([cell === null ? null : Number(cell)], new Int32())
    case 'bigint':
      return vectorFromArray([cell as bigint | null], new Int64())
    case 'double':
      return vectorFromArray([cell as number | null], new Float64())
    case 'varchar':
      return vectorFromArray([cell as string | null], new Utf8())
    case 'boolean':
      return vectorFromArray([cell as boolean | null], new Bool())
    case 'date':
      return raw(new DateDay(), cell === null ? null : Int32Array.of(Number(cell)))
    default:
      return raw(new TimestampMicrosecond(), cell === null ? null : BigInt64Array.of(cell as bigint))
  }
}

/** Of a value as it lies in memory; the builders of these types would scale it. */
function raw(type: DataType, values: Int32Array | BigInt64Array | null): Vector {
  const data = values ?? (type instanceof DateDay ? new Int32Array(1) : new BigInt64Array(1))
  return vectorFromData(type, data, values === null)
}

function vectorFromData(type: DataType, values: Int32Array | BigInt64Array, isNull: boolean): Vector {
  return new (vectorFromArray([1], new Int32()).constructor as new (data: unknown[]) => Vector)([
    makeData({
      type,
      length: 1,
      nullCount: isNull ? 1 : 0,
      nullBitmap: Uint8Array.of(isNull ? 0 : 1),
      data: values,
    } as never),
  ])
}

function fromArrow(vector: Vector): Cell {
  if (!vector.isValid(0)) return null
  const name = String(vector.type)
  const { values } = vector.data[0] as unknown as { readonly values: { readonly [index: number]: number | bigint } }
  if (/^(?:Timestamp|Date|Int|Uint)/.test(name)) return BigInt(values[0] as number | bigint)
  return vector.get(0) as Cell
}
