import { sourceControl, sourceErrorsMax } from '../../../runtime/abi/artifact.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { emitColumnValue } from './column-values.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { TextFunctions } from './text-functions.ts'
import { add, both, ge, i32, lt, sub, wordAt } from './word.ts'

/** The variables of a decode function while it is built. */
export interface DecodeState {
  readonly frame: DecoderFrame
  readonly builder: FunctionBuilder
  readonly from: Expression
  readonly to: Expression
  readonly block: Expression
  readonly control: Expression
  /** address of what is learnt */
  readonly learnt: Expression
  /** the next record's first byte */
  readonly at: MutableLocal
  readonly rows: MutableLocal
  readonly lines: MutableLocal
  readonly errors: MutableLocal
  /** up to here the bytes are valid UTF-8 without what the fast path cannot take */
  readonly clean: MutableLocal
  /** 0 once `rows` has said that it never takes any record */
  readonly straight: MutableLocal
}

/** Emits the part that finds the tokens of the record at `start` and gives its end; `next(label)` goes on without a row. */
export type EmitRecord = (
  state: DecodeState,
  record: { readonly start: Expression; readonly label: number },
) => Expression

/** decode(bytes, from, to, block, control) of a SourceArtifact. `prologue` runs first and may return from the function. */
export function defineDecode(
  frame: DecoderFrame,
  parts: {
    readonly prologue: (state: DecodeState) => void
    /** Takes any number of records whole, rows and all; goes on with the loop `label` when there is no more to do. */
    readonly rows?: (state: DecodeState, label: number) => void
    readonly record: EmitRecord
  },
): string {
  const parameters = ['in', 'from', 'to', 'block', 'control'].map((role) => ({ role, type: 'i32' }) as const)
  const texts = new TextFunctions(frame)
  return frame.module.function(
    { name: 'decode', parameters, result: 'i32', exported: true },
    (builder, [, from, to, block, control]) => {
      if (!from || !to || !block || !control) return
      const state: DecodeState = {
        frame,
        builder,
        from,
        to,
        block,
        control,
        learnt: builder.let('learnt', wordAt(control, sourceControl.learnt)),
        at: builder.mutable('at', from),
        rows: builder.mutable('rows', i32(0)),
        lines: builder.mutable('lines', i32(0)),
        errors: builder.mutable('errors', i32(0)),
        clean: builder.mutable('clean', from),
        straight: builder.mutable('straight', i32(1)),
      }
      parts.prologue(state)
      const room = both(lt(state.rows, i32(blockRowsMax)), lt(state.errors, i32(sourceErrorsMax)))
      builder.while(both(lt(state.at, to), room), (label) => {
        parts.rows?.(state, label)
        const start = builder.let('start', state.at)
        const end = builder.let('end', parts.record(state, { start, label }))
        emitRow(state, texts, { start, end })
      })
      emitCounts(state)
      builder.return(state.at)
    },
  )
}

function emitRow(
  state: DecodeState,
  texts: TextFunctions,
  { start, end }: { start: Expression; end: Expression },
): void {
  const { frame, builder, block, control, rows, lines, at } = state
  const fault = builder.mutable('fault', i32(-1))
  const row = builder.let('row', rows)
  for (const column of frame.columns) emitColumnValue({ frame, builder, texts, block, control, row, fault }, column)
  builder.set(at, end)
  builder.set(lines, add(lines, i32(1)))
  builder.if(
    ge(fault, i32(0)),
    () => emitRefusal(state, { site: fault, start, end }),
    () => {
      builder.store('i32', { address: control, offset: sourceControl.recordStarts, index: row }, start)
      builder.set(rows, add(row, i32(1)))
    },
  )
}

/** Notes the refused record; its line feed is not part of it. */
function emitRefusal(
  { builder, control, rows, errors }: DecodeState,
  { site, start, end }: { site: Expression; start: Expression; end: Expression },
): void {
  const known = builder.let('errors', wordAt(control, sourceControl.errorCount))
  const entry = builder.let(
    'entry',
    add(control, add(i32(sourceControl.errors), { kind: 'binary', operator: 'shl', left: known, right: i32(4) })),
  )
  builder.store('i32', { address: entry }, site)
  builder.store('i32', { address: entry, offset: 4 }, start)
  builder.store('i32', { address: entry, offset: 8 }, sub(end, i32(1)))
  builder.store('i32', { address: entry, offset: 12 }, rows)
  builder.store('i32', { address: control, offset: sourceControl.errorCount }, add(known, i32(1)))
  builder.set(errors, add(known, i32(1)))
}

/** The library counts line feeds inside records itself. */
export function emitCounts({ builder, control, rows, lines }: DecodeState): void {
  builder.store('i32', { address: control, offset: sourceControl.rows }, rows)
  builder.store(
    'i32',
    { address: control, offset: sourceControl.lines },
    add(wordAt(control, sourceControl.lines), lines),
  )
}

/** After a library call that gave a negative end: no row. `label` is the record loop's. */
export function emitNoRow({ builder, control, at, lines, errors }: DecodeState, end: Expression, label: number): void {
  builder.set(at, sub(i32(0), end))
  builder.set(lines, add(lines, i32(1)))
  builder.set(errors, wordAt(control, sourceControl.errorCount))
  builder.continue(label)
}
