import { sourceControl } from '../../../runtime/abi/artifact.ts'
import type { InputFormat, TimestampFormat } from '../../../runtime/abi/format.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import { isIntegerType, type SqlType } from '../../../sql/types/sql-type.ts'
import { call } from '../../kernel/build.ts'
import type { Expression, RowColumn, RowValue } from '../../kernel/ir.ts'
import { integerFacts } from '../expressions/integer-facts.ts'
import type { DecodeState } from './decode-loop.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { add, either, ge, i32, ne, sub, wordAt } from './word.ts'

const rowsFunction = { name: 'rows', result: 'i32' } as const
const commonRoles = ['start', 'to', 'learnt', 'tokens', 'block', 'control', 'rows', 'clean']

/**
 * rows(start, to, learnt, tokens, block, control, rows, clean, ..): records as learnt, from their bytes to the block in one go; 0 when it never
 * does that, which is what its body says. A back end that knows the idiom takes all that are plain. `more`: roles of the format's own
 * parameters. false: the source has a column of a type that it does not know.
 */
export function defineRows(
  frame: DecoderFrame,
  { idiom, more }: { readonly idiom: 'json_rows' | 'csv_rows'; readonly more: readonly string[] },
): boolean {
  const columns = rowColumns(frame)
  if (columns === null) return false
  const parameters = [...commonRoles, ...more].map((role) => ({ role, type: 'i32' }) as const)
  const signature = { ...rowsFunction, parameters, exported: false, idiom, rows: { columns } }
  frame.module.function(signature, (builder) => builder.return(i32(0)))
  return true
}

/** The record at which it stopped is for the other ways. */
export function emitRows(
  state: DecodeState,
  { label, more }: { readonly label: number; readonly more: readonly Expression[] },
): void {
  const { builder, frame, control, to, block, clean, straight, learnt, at, rows, lines } = state
  const parameters = [at, to, learnt, frame.tokens, block, control, rows, clean, ...more]
  builder.if(ne(straight, i32(0)), () => {
    builder.set(straight, call(rowsFunction, parameters))
    builder.if(ne(straight, i32(0)), () => {
      builder.set(at, straight)
      const reached = builder.let('rows', wordAt(control, sourceControl.rows))
      builder.set(lines, add(lines, sub(reached, rows)))
      builder.set(rows, reached)
      builder.if(either(ge(at, to), ge(rows, i32(blockRowsMax))), () => builder.continue(label))
    })
  })
}

function rowColumns({ columns, source }: DecoderFrame): readonly RowColumn[] | null {
  const made: RowColumn[] = []
  for (const { column, place } of columns) {
    const value = rowValue(column.type, source.format)
    if (value === null) return null
    const { dataOffset, validOffset } = place
    made.push({ value, isNullable: column.nullable, dataOffset, validOffset })
  }
  return made
}

function rowValue(type: SqlType, { timestampFormat }: InputFormat): RowValue | null {
  if (isIntegerType(type)) {
    const { max, bits, isSigned } = integerFacts(type.kind)
    return { kind: 'integer', memory: `i${bits}`, max: bits === 64 ? null : Number(max), factor: 1, isSigned }
  }
  switch (type.kind) {
    case 'real':
      return { kind: 'real', memory: 'f32' }
    case 'double':
      return { kind: 'real', memory: 'f64' }
    case 'decimal': {
      const { precision, scale } = type
      if (scale > 18) return null
      return { kind: 'decimal', memory: precision > 18 ? 'i128' : 'i64', precision, scale }
    }
    case 'boolean':
      return { kind: 'boolean' }
    case 'varchar':
      return { kind: 'text' }
    case 'timestamp':
    case 'timestamptz':
      return instantValue(timestampFormat)
    default:
      return null
  }
}

const microsMax = 253_402_300_799_999_999n

function instantValue(format: TimestampFormat): RowValue | null {
  const factors = { epoch_seconds: 1_000_000, epoch_millis: 1000, epoch_micros: 1, epoch_nanos: null } as const
  if (format === 'rfc3339') return { kind: 'instant' }
  const factor = factors[format]
  if (factor === null) return null
  const max = Math.min(Number(microsMax / BigInt(factor)), Number.MAX_SAFE_INTEGER)
  return { kind: 'integer', memory: 'i64', max, factor, isSigned: false }
}
