import { learnt } from '../../../runtime/abi/decode-token.ts'
import { must } from '../../../sql/base/assert.ts'
import type { RowsShape } from '../../kernel/ir.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { type CsvRowWalk, emitFieldValue, passDelimiter, passLineEnd, skipField } from './csv-row-values.ts'
import type { Cell, NativeBuilder, Rare, Read } from './native-builder.ts'
import { defineRows, type RowsFrame } from './rows-frame.ts'

const fieldCellBytes = 4

/** Comma, semicolon, tab and bar are no part of a number or a timestamp; nor are these quotes. */
const delimiters = [44, 59, 9, 124]
const quotes = [34, 39]

/**
 * (start, to, learnt, tokens, block, control, rows, clean, delimiter, quote, nullText, nullLength): records without quotes go from their bytes to the block at once,
 * without tokens. A record that has anything else than plain values ends it: the general ways decide about that. Behind `clean` bytes that are not ASCII are no
 * plain values.
 *
 * Several records are taken at once where that works (records-abreast.ts).
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
      const passEnd = (walk: CsvRowWalk): void =>
        b.if(
          i32.gt_u(cell.get(), last()),
          () => passLineEnd(walk),
          () => passDelimiter(walk),
        )
      const fields = { shape, cell, cells, last }
      b.loop(() => {
        frame.takeAbreast((lanes) =>
          emitFields(frame, {
            ...fields,
            walks: () => lanes.map((lane) => ({ ...frame, ...texts, ...lane, passEnd })),
          }),
        )
        emitFields(frame, { ...fields, walks: (rare) => [{ ...frame, ...texts, rare, passEnd }] })
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

interface Fields {
  readonly shape: RowsShape
  /** the next field's cell */
  readonly cell: Cell
  /** the first field's cell and the last one's */
  readonly cells: Read
  readonly last: Read
  /** one for each record that is taken */
  readonly walks: (rare: Rare) => readonly CsvRowWalk[]
}

/** One record, or several side by side. */
function emitFields({ b, tokens }: RowsFrame, { shape: { columns }, cell, cells, last, walks }: Fields): void {
  const { i32 } = b.code
  cell.set(cells())
  b.block((end) =>
    b.busyLoop((rare) => {
      b.if(i32.gt_u(cell.get(), last()), end)
      const column = b.let('i32', i32.shr_u(i32.sub(i32.load(0, 4, cell.get()), tokens()), i32.const(4)))
      cell.set(i32.add(cell.get(), i32.const(fieldCellBytes)))
      const records = walks(rare)
      const cases = columns.map((known) => () => {
        for (const record of records) emitFieldValue(record, known)
      })
      b.switch(column(), cases, () => {
        for (const record of records) skipField(record)
      })
    }),
  )
}
