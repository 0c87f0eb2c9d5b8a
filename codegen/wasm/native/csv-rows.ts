import { learnt } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { RowsShape } from '../../kernel/ir.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { type CsvRowWalk, emitFieldValue, passDelimiter, passLineEnd, skipField } from './csv-values.ts'
import type { Cell, NativeBuilder, Rare, Read } from './native-builder.ts'
import { declaredFieldsMax, defineRows, type RowsFrame } from './rows-frame.ts'

const fieldCellBytes = 4

/** Comma, semicolon, tab and bar are no part of a number or a timestamp; nor are these quotes. */
const delimiters = [44, 59, 9, 124]
const quotes = [34, 39]

/**
 * (start, to, learnt, tokens, block, control, rows, clean, delimiter, quote, nullText, nullLength): records without quotes go from their bytes to the block at once,
 * without tokens. A record that has anything else than plain values ends it: the general ways decide about that. Behind `clean` bytes that are not ASCII are no
 * plain values.
 *
 * Fields in the order of the declaration are laid out one after the other, as in json-rows.ts.
 */
export const csvRows: NativeIdiom = {
  define(unit, { internal, rows }) {
    const shape = must(rows)
    defineRows(unit, { internal, shape, parameterCount: 12 }, (frame) => {
      const { b, table, miss, more } = frame
      const { i32, i8x16 } = b.code
      const [delimiter, quote, nullText, nullLength] = [more(0), more(1), more(2), more(3)]
      leaveUnless(b, { value: delimiter, isOneOf: delimiters, leave: miss })
      leaveUnless(b, { value: quote, isOneOf: quotes, leave: miss })
      // a record of one field may be a blank line
      b.if(i32.lt_u(i32.load(learnt.memberCount, 4, table()), i32.const(2)), miss)
      const nullFirst = b.cell('i32')
      nullFirst.set(i32.const(256))
      b.if(nullLength(), () => nullFirst.set(i32.load8_u(0, 1, nullText())))
      const stops = {
        delimiters: b.let('v128', i8x16.splat(delimiter())),
        quotes: b.let('v128', i8x16.splat(quote())),
        lowest: b.held(new Uint8Array(16).fill(14), frame.zero),
      }
      const texts = { delimiter, stops, nullText, nullLength, nullFirst: nullFirst.get }
      const cell = b.cell('i32')
      const first = i32.add(table(), i32.const(learnt.entries))
      const cells = b.let('i32', first)
      const size = i32.mul(i32.load(learnt.memberCount, 4, table()), i32.const(fieldCellBytes))
      const last = b.let('i32', i32.add(cells(), i32.sub(size, i32.const(fieldCellBytes))))
      const walk: MakeWalk = (rare, passEnd) => ({ ...frame, ...texts, rare, passEnd })
      b.loop(() => {
        cell.set(cells())
        b.block((asLearnt) => emitDeclared(frame, { shape, cell, walk, cells, asLearnt }))
        emitAsLearnt(frame, { shape, cell, walk, last })
        frame.endRecord()
      })
    })
  },
}

function leaveUnless(
  b: NativeBuilder,
  choice: { readonly value: Read; readonly isOneOf: readonly number[]; readonly leave: () => void },
): void {
  const { i32 } = b.code
  b.block((known) => {
    for (const byte of choice.isOneOf) b.if(i32.eq(choice.value(), i32.const(byte)), known)
    choice.leave()
  })
}

type MakeWalk = (rare: Rare, passEnd: CsvRowWalk['passEnd']) => CsvRowWalk

interface Records {
  readonly shape: RowsShape
  /** the next field's cell */
  readonly cell: Cell
  readonly walk: MakeWalk
}

/** Records as declared, until `asLearnt` has to go on within one. */
function emitDeclared(
  frame: RowsFrame,
  records: Records & { readonly cells: Read; readonly asLearnt: () => void },
): void {
  const { b, table, at, endRecord } = frame
  const { i32 } = b.code
  const { shape, cell, walk, cells, asLearnt } = records
  const { columns, fields } = shape
  if (fields.length > declaredFieldsMax) return
  b.if(i32.eqz(i32.load(learnt.isDeclared, 4, table())), asLearnt)
  b.loop(() => {
    for (const [index, field] of fields.entries()) {
      const from = b.let('i32', at.get())
      const rare = (): void => {
        at.set(from())
        cell.set(i32.add(cells(), i32.const(index * fieldCellBytes)))
        asLearnt()
      }
      emitField(walk(rare, index === fields.length - 1 ? passLineEnd : passDelimiter), columns[field])
    }
    endRecord()
  })
}

function emitField(walk: CsvRowWalk, column: RowsShape['columns'][number] | undefined): void {
  if (column) emitFieldValue(walk, column)
  else skipField(walk)
}

/** The rest of a record, from `cell` on. */
function emitAsLearnt(frame: RowsFrame, records: Records & { readonly last: Read }): void {
  const { b, tokens } = frame
  const { i32 } = b.code
  const { shape, cell, walk, last } = records
  const passEnd = (ended: CsvRowWalk): void =>
    b.if(
      i32.gt_u(cell.get(), last()),
      () => passLineEnd(ended),
      () => passDelimiter(ended),
    )
  b.block((end) =>
    b.busyLoop((rare) => {
      b.if(i32.gt_u(cell.get(), last()), end)
      const column = b.let('i32', i32.shr_u(i32.sub(i32.load(0, 4, cell.get()), tokens()), i32.const(4)))
      cell.set(i32.add(cell.get(), i32.const(fieldCellBytes)))
      const cases = shape.columns.map((known) => () => emitFieldValue(walk(rare, passEnd), known))
      b.switch(column(), cases, () => skipField(walk(rare, passEnd)))
    }),
  )
}
