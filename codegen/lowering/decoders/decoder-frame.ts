import type { Site } from '../../../runtime/abi/artifact.ts'
import type { BlockColumn } from '../../../runtime/abi/block.ts'
import { csvFaults, encodeDecodeSchema, jsonFaults } from '../../../runtime/abi/decode-schema.ts'
import { token } from '../../../runtime/abi/decode-token.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Expression } from '../../kernel/ir.ts'
import { binary, constI32 } from '../../kernel/build.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { DecoderColumn, DecoderSource } from './decoder-source.ts'

/** A column that is decoded: where its token is and where its values go. */
export interface TokenColumn {
  readonly column: DecoderColumn
  readonly place: BlockColumn
  /** address of its token cell */
  readonly cell: Expression
}

/** What is the same for the whole decoder: constants, scratch cells, sites. */
export interface DecoderFrame {
  readonly module: ModuleBuilder
  readonly source: DecoderSource
  readonly schema: Expression
  /** The token cells, one per column and one for what nobody needs. */
  readonly tokens: Expression
  readonly columns: readonly TokenColumn[]
  /** A view cell for texts that go to the library. */
  readonly textCell: Expression
  /** Powers of ten as i32: 10^0 to 10^6. */
  readonly powers: Expression
}

/** Codes of errors of a value. */
export type ValueFault =
  | 'wrong_type'
  | 'number_out_of_range'
  | 'missing_value'
  | 'null_event_time'
  | 'invalid_utf8'
  | 'null_byte'
  | 'datetime_overflow'

export function makeDecoderFrame(module: ModuleBuilder, source: DecoderSource): DecoderFrame {
  const needed = source.columns.flatMap((column, index) =>
    column === null ? [] : [{ column, place: must(source.layout.columns[index]) }],
  )
  const tokens = module.scratch((needed.length + 1) * token.sizeBytes)
  const columns = needed.map(({ column, place }, index): TokenColumn => ({
    column,
    place,
    cell: binary('add', tokens, constI32(index * token.sizeBytes)),
  }))
  const powers = new Uint8Array(new Int32Array([1, 10, 100, 1000, 10_000, 100_000, 1_000_000]).buffer)
  return {
    module,
    source,
    schema: module.constant({ kind: 'bytes', bytes: encodeSchema(module, source) }),
    tokens,
    columns,
    textCell: module.scratch(16),
    powers: module.constant({ kind: 'bytes', bytes: powers }),
  }
}

function encodeSchema(module: ModuleBuilder, { format, columns, stored, span }: DecoderSource): Uint8Array {
  const [code, faults] =
    format.kind === 'json' ? (['invalid_json', jsonFaults] as const) : (['invalid_csv', csvFaults] as const)
  const sites = Object.entries(faults).map(([fault, detail]) => [
    fault,
    module.site({ code, span, arguments: { detail } }),
  ])
  const truncated = module.site({ code: 'truncated_input', span, arguments: { what: 'a quoted field' } })
  return encodeDecodeSchema({
    columns: columns.flatMap((column) => (column === null ? [] : [{ name: column.name, ordinal: column.ordinal }])),
    stored,
    csv: format.kind === 'csv' ? format.csv : null,
    sites: Object.fromEntries([...sites, ['truncated', truncated]]) as Record<string, number>,
  })
}

/** The site of a value's fault. */
export function faultSite(
  { module }: DecoderFrame,
  { column }: TokenColumn,
  code: ValueFault | 'invalid_json',
): number {
  const site: Site =
    code === 'invalid_json'
      ? { code, span: column.span, arguments: { detail: jsonFaults.escape, column: column.name } }
      : { code, span: column.span, arguments: { column: column.name, type: typeName(column.type) } }
  return module.site(site)
}
