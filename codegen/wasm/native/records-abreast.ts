import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { learnt } from '../../../runtime/abi/decode-token.ts'
import { blockRowsMax } from '../../../runtime/abi/memory.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Code } from '../module.ts'
import type { Cell, Read } from './native-builder.ts'
import type { RowWalk } from './row-walk.ts'
import { scanFar } from './scan.ts'

/**
 * Several records at once, step by step side by side. Where a value begins depends on the length of all before it, so one record is a chain in
 * which each instruction waits for the one before, and processors do not look far enough ahead to begin with the next record. Chains beside
 * each other fill that time.
 *
 * A record's start is guessed: it is behind the next line feed. What was taken counts only when each record ends where the one after it
 * was thought to start; else they are taken one by one. So is everything else that is not usual.
 */
const recordsAbreast = 3

/** Takes the record in each lane, from its start to behind its end. What cannot be done in a lane is a miss there. */
export type TakeLanes = (lanes: readonly RowWalk[]) => void

interface Place {
  readonly walk: Omit<RowWalk, 'rare' | 'row' | 'seldom'>
  /** where the record that is taken starts, and the number of rows before it */
  readonly record: Cell
  readonly row: Cell
  readonly to: Read
  readonly table: Read
  readonly control: Read
  /** zeros, for NativeBuilder.held */
  readonly zero: Read
}

/** A guess that was no good weighs as much as so many that were. */
const setback = 3
const windowBytes = 64
const lineFeed = 10

/** Takes records as long as that works, and goes on with one that has to be taken alone. */
export function abreast(place: Place): (body: TakeLanes) => void {
  const { walk, record, row, to } = place
  const { b, at } = walk
  const { i32 } = b.code
  const [alone, setbacks] = [keptCell(place, learnt.alone), keptCell(place, learnt.setbacks)]
  // the record that comes first tells the date
  alone.set(i32.or(alone.get(), i32.const(1)))
  const starts = startGuess(place)
  return (body) => {
    b.block((takeAlone) => {
      b.if(alone.get(), () => {
        alone.set(i32.sub(alone.get(), i32.const(1)))
        takeAlone()
      })
      b.block((fail) =>
        b.loop(() => {
          b.if(i32.gt_s(row.get(), i32.const(blockRowsMax - recordsAbreast)), takeAlone)
          starts.find(takeAlone)
          body(lanesOf(place, { ats: starts.ats, miss: fail }))
          starts.check(fail)
          storeStarts(place, [record, ...starts.guesses])
          b.if(setbacks.get(), () => setbacks.set(i32.sub(setbacks.get(), i32.const(1))))
          row.set(i32.add(row.get(), i32.const(recordsAbreast)))
          at.set(must(starts.ats.at(-1)).get())
          record.set(at.get())
        }),
      )
      setbacks.set(i32.add(setbacks.get(), i32.const(setback)))
      alone.set(i32.shl(setbacks.get(), i32.const(1)))
      at.set(record.get())
    })
    b.if(i32.ge_u(at.get(), to()), walk.miss)
    b.if(i32.ge_s(row.get(), i32.const(blockRowsMax)), walk.miss)
  }
}

/** What is remembered between calls. */
function keptCell({ walk: { b }, table }: Place, offset: number): Cell {
  const { i32 } = b.code
  return { get: () => i32.load(offset, 4, table()), set: (value) => b.push(i32.store(offset, 4, table(), value)) }
}

function lanesOf({ walk, row }: Place, { ats, miss }: { ats: readonly Cell[]; miss: () => void }): readonly RowWalk[] {
  const { i32 } = walk.b.code
  return ats.map((at, lane) => ({
    ...walk,
    at,
    row: lane === 0 ? row.get : () => i32.add(row.get(), i32.const(lane)),
    miss,
    rare: miss,
    seldom: 'here' as const,
  }))
}

function storeStarts({ walk: { b }, row, control }: Place, starts: readonly Cell[]): void {
  const { i32 } = b.code
  const cells = b.let('i32', i32.add(control(), i32.shl(row.get(), i32.const(2))))
  for (const [lane, start] of starts.entries())
    b.push(i32.store(sourceControl.recordStarts + 4 * lane, 4, cells(), start.get()))
}

interface StartGuess {
  /** where each lane is */
  readonly ats: readonly Cell[]
  /** where the records behind the first one are thought to start */
  readonly guesses: readonly Cell[]
  /** Puts the lanes at the starts. `none` leaves: so many records may not be there. */
  readonly find: (none: () => void) => void
  /** `fail` leaves when a record did not end where the next one was thought to start. */
  readonly check: (fail: () => void) => void
}

/**
 * Line feeds are looked for from a distance on that is as long as one look finds the end of the longest records, but shorter than any record was. The byte before
 * `to` is a line feed, and no look begins behind it; so none goes beyond the padding.
 */
function startGuess({ walk: { b, at }, record, to, zero }: Place): StartGuess {
  const { code } = b
  const { i32, i8x16, v128 } = code
  const lineFeeds = b.held(new Uint8Array(16).fill(lineFeed), zero)
  const [distance, distanceMax, window]: [Cell, Cell, Cell] = [b.cell('i32'), b.cell('i32'), b.cell('i32')]
  distance.set(i32.const(1))
  distanceMax.set(i32.const(0x7fff_ffff))
  const guesses = Array.from({ length: recordsAbreast - 1 }, () => b.cell('i32'))
  const ats = [at, ...guesses.map(() => b.cell('i32'))]
  const isLineFeed = (offset: number): Code => i8x16.bitmask(i8x16.eq(v128.load(offset, 1, window.get()), lineFeeds()))
  const size = (lane: number): Read => {
    const start = lane === 0 ? record : must(guesses[lane - 1])
    return b.let('i32', i32.sub(must(ats[lane]).get(), start.get()))
  }
  return {
    ats,
    guesses,
    find: (none) => {
      for (const [index, guess] of guesses.entries()) {
        const start = index === 0 ? record : must(guesses[index - 1])
        window.set(i32.add(start.get(), distance.get()))
        b.if(i32.ge_u(window.get(), to()), none)
        const end = scanFar(b, { at: window, offset: 0, bits16: isLineFeed })
        guess.set(i32.add(end(), i32.const(1)))
        b.if(i32.ge_u(guess.get(), to()), none)
        must(ats[index + 1]).set(guess.get())
      }
    },
    check: (fail) => {
      for (const [lane, guess] of guesses.entries()) {
        const bytes = size(lane)
        b.if(i32.ne(must(ats[lane]).get(), guess.get()), () => {
          const less = i32.sub(bytes(), i32.const(8))
          distanceMax.set(code.select(i32.gt_s(bytes(), i32.const(8)), less, i32.const(1)))
          distance.set(distanceMax.get())
          fail()
        })
        b.if(i32.gt_s(i32.sub(bytes(), distance.get()), i32.const(windowBytes)), () => {
          const next = b.let('i32', i32.sub(bytes(), i32.const(windowBytes - 1)))
          distance.set(code.select(i32.lt_s(next(), distanceMax.get()), next(), distanceMax.get()))
        })
      }
    },
  }
}
