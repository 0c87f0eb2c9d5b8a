import { sinkControl } from '../../../runtime/abi/artifact.ts'
import type { BlockColumn, BlockLayout } from '../../../runtime/abi/block.ts'
import { encodeLiteral, textBytesFactor } from '../../../runtime/abi/encode.ts'
import { viewOffsets } from '../../../runtime/abi/view.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import { binary, constF64, constI32, library, load, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { EncoderColumn, EncoderSink } from './encoder-sink.ts'

/** A column and where its values are. */
export interface PlacedColumn extends EncoderColumn {
  readonly place: BlockColumn
}

export function placedColumns({ columns, layout }: EncoderSink): readonly PlacedColumn[] {
  return columns.map((column, index) => ({ ...column, place: must(layout.columns[index], 'a column of the block') }))
}

/** The variables of an encode function while it is built. */
export interface EncodeState {
  readonly module: ModuleBuilder
  readonly builder: FunctionBuilder
  readonly block: Expression
  /** the row in hand */
  readonly row: MutableLocal
  /** where the next byte goes */
  readonly at: MutableLocal
}

export interface RowParts {
  readonly columns: readonly PlacedColumn[]
  /** At most so many bytes has a line, but for what its texts have. */
  readonly lineBytesMax: number
  /** How often the row is written: absent, once. */
  readonly copies?: (state: EncodeState) => Expression
  /** Runs once, before the loop; what it gives is for `line`. Absent: 0. */
  readonly prologue?: () => Expression
  readonly line: (state: EncodeState, prologue: Expression) => void
}

/** encode(block, from, to, control) of a SinkArtifact: lines as long as there is room for them. */
export function defineEncode(module: ModuleBuilder, parts: RowParts): string {
  const parameters = ['block', 'from', 'to', 'control'].map((role) => ({ role, type: 'i32' }) as const)
  // lengths of names are data as names are
  const bytes = new Uint8Array(new Int32Array([parts.lineBytesMax]).buffer)
  const lineBytesMax = module.constant({ kind: 'bytes', bytes })
  const signature = { name: 'encode', parameters, result: 'i32', exported: true } as const
  return module.function(signature, (builder, [block, from, to, control]) => {
    if (!block || !from || !to || !control) return
    const end = builder.let('end', load('i32', control, { offset: sinkControl.end }))
    const line = builder.let('length', load('i32', lineBytesMax))
    const prologue = builder.let('byte', parts.prologue?.() ?? constI32(0))
    const row = builder.mutable('row', from)
    const at = builder.mutable('at', load('i32', control, { offset: sinkControl.at }))
    const state: EncodeState = { module, builder, block, row, at }
    const needed = builder.mutable('needed', constF64(0))
    const room: Room = { end, line, needed, texts: parts.columns.filter(isText) }
    const { copies } = parts
    const written = copies && builder.mutable('copies', load('i32', control, { offset: sinkControl.copies }))
    builder.while(binary('lt_s', row, to), (label) => {
      const emitLine = (): void => {
        emitRoomCheck(state, room, label)
        parts.line(state, prologue)
      }
      if (copies === undefined || written === undefined) emitLine()
      else {
        const count = builder.let('count', copies(state))
        builder.while(binary('lt_s', written, count), () => {
          emitLine()
          builder.set(written, binary('add', written, constI32(1)))
        })
        builder.set(written, constI32(0))
      }
      builder.set(row, binary('add', row, constI32(1)))
    })
    builder.store('i32', { address: control, offset: sinkControl.at }, at)
    builder.store('f64', { address: control, offset: sinkControl.needed }, needed)
    if (written !== undefined) builder.store('i32', { address: control, offset: sinkControl.copies }, written)
    builder.return(row)
  })
}

/** Has texts of any length. */
function isText({ type }: PlacedColumn): boolean {
  return type.kind === 'varchar' || type.kind === 'bytea'
}

interface Room {
  readonly end: Expression
  readonly line: Expression
  readonly needed: MutableLocal
  readonly texts: readonly PlacedColumn[]
}

/** Leaves the loop `label` when the row in hand may not have room. Texts may be longer, all together, than an i32 tells. */
function emitRoomCheck(state: EncodeState, { end, line, needed, texts }: Room, label: number): void {
  const { builder, at } = state
  const whole = unary('f64_from_i32_s', line)
  if (texts.length === 0) {
    builder.if(binary('gt_s', at, binary('sub', end, line)), () => {
      builder.set(needed, whole)
      builder.break(label)
    })
    return
  }
  const lengths = texts
    .map((column) => unary('f64_from_i32_s', textLength(state, column)))
    .reduce((left, right) => binary('add', left, right))
  const wanted = builder.let('bytes', binary('add', binary('mul', lengths, constF64(textBytesFactor)), whole))
  builder.if(binary('gt', wanted, unary('f64_from_i32_s', binary('sub', end, at))), () => {
    builder.set(needed, wanted)
    builder.break(label)
  })
}

function textLength(state: EncodeState, column: PlacedColumn): Expression {
  const length = load('i32', cellOf(state, column), { offset: viewOffsets.length })
  const isValid = validityOf(state, column)
  return isValid === null ? length : select(isValid, length, constI32(0))
}

/** The address of the row's value. */
export function cellOf({ builder, block, row }: EncodeState, { place }: PlacedColumn): Expression {
  const start = binary('add', block, constI32(place.dataOffset))
  return builder.let('cell', binary('add', start, binary('mul', row, constI32(physicalSizeBytes(place.physical)))))
}

/** Null: no value is NULL. */
function validityOf({ block, row }: EncodeState, { place }: PlacedColumn): Expression | null {
  return place.validOffset === null ? null : load('bool', block, { offset: place.validOffset, index: row })
}

export function weightOf({ block, row }: EncodeState, { weightOffset }: BlockLayout): Expression {
  return weightOffset === null ? constI32(1) : load('i32', block, { offset: weightOffset, index: row })
}

export function emitWeight(state: EncodeState, layout: BlockLayout): void {
  state.builder.set(state.at, library('write_i32', [state.at, weightOf(state, layout)]))
}

/** Emits `value`, or, where the row's value is NULL, the text that stands for it. */
export function emitNullable(
  state: EncodeState,
  column: PlacedColumn,
  { value, nullText }: { readonly value: () => void; readonly nullText: Expression },
): void {
  const isValid = validityOf(state, column)
  if (isValid === null) value()
  else state.builder.if(isValid, value, () => emitLiteral(state, nullText))
}

/** Bytes that are the same in every sink of the format. */
export function emitBytes({ builder, at }: EncodeState, ...bytes: readonly Expression[]): void {
  for (const [offset, byte] of bytes.entries()) builder.store('u8', { address: at, offset }, byte)
  builder.set(at, binary('add', at, constI32(bytes.length)))
}

/** A literal of the constant pool. */
export function emitLiteral({ builder, at }: EncodeState, literal: Expression): void {
  builder.set(at, library('write_literal', [at, literal]))
}

export function literalOf(module: ModuleBuilder, text: string): Expression {
  return module.constant({ kind: 'bytes', bytes: encodeLiteral(text) })
}
