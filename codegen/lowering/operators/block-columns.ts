import { must } from '../../../sql/base/assert.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { BlockColumn } from '../../../runtime/abi/block.ts'
import { binary, constI1, constI32, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { memoryTypeOf } from '../memory-type.ts'
import type { ColumnSource } from '../row-scope.ts'
import type { Value } from '../value.ts'

/** One row of a block, in code. */
export interface BlockRow {
  /** Address of the block. */
  readonly block: Expression
  readonly row: Expression
}

export interface BlockField {
  readonly type: SqlType
  readonly nullable: boolean
  readonly column: BlockColumn
}

const addressedSizeBytes = 16

/** Loads a column at its first use. */
export function blockColumn(builder: FunctionBuilder, { block, row }: BlockRow, field: BlockField): ColumnSource {
  const { dataOffset, physical, validOffset } = field.column
  const memory = memoryTypeOf(physical)
  return () => ({
    type: field.type,
    value: builder.let(
      'in',
      memory === null
        ? elementAddress({ block, row }, dataOffset)
        : load(memory, block, { offset: dataOffset, index: row }),
    ),
    valid:
      field.type.kind === 'null'
        ? constI1(false)
        : field.nullable
          ? builder.let('valid', load('bool', block, { offset: must(validOffset, 'a validity array'), index: row }))
          : null,
  })
}

function elementAddress({ block, row }: BlockRow, dataOffset: number): Expression {
  return binary('add', binary('add', block, constI32(dataOffset)), binary('mul', row, constI32(addressedSizeBytes)))
}

/** Writes a value into a column of an output row. */
export function storeColumn(
  builder: FunctionBuilder,
  { block, row }: BlockRow,
  { column, value }: { readonly column: BlockColumn; readonly value: Value },
): void {
  const { dataOffset, physical, validOffset } = column
  const memory = memoryTypeOf(physical)
  if (memory === null) {
    const to = builder.let('out', elementAddress({ block, row }, dataOffset))
    builder.copy({ address: to }, { address: value.value }, addressedSizeBytes)
  } else {
    builder.store(memory, { address: block, offset: dataOffset, index: row }, value.value)
  }
  if (validOffset !== null) {
    builder.store('bool', { address: block, offset: validOffset, index: row }, value.valid ?? constI1(true))
  }
}
