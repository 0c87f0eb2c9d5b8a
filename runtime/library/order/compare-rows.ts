import { orderKey, orderMemories, rowOrder, tableHeader } from '../../abi/state.ts'
import type { LibraryContext } from '../context.ts'
import { stringCompare } from '../string/compare.ts'
import { compare as compareIntervals } from '../time/interval.ts'

/** Compares two rows of `table` by the keys of its order: negative when `a` comes first. 64-bit values are read in halves: as a whole they would be objects. */
export function compareRows(m: LibraryContext, table: number, [a, b]: readonly [number, number]): number {
  const { i32 } = m
  const order = (i32[(table + tableHeader.order) >>> 2] as number) >>> 2
  const count = i32[order + (rowOrder.keyCount >> 2)] as number
  for (let index = 0; index < count; index++) {
    const key = order + ((rowOrder.keys + index * orderKey.sizeBytes) >> 2)
    const difference = compareKeys(m, key, [a, b])
    if (difference !== 0) return difference
  }
  return 0
}

function compareKeys(m: LibraryContext, key: number, [a, b]: readonly [number, number]): number {
  const { i32 } = m
  const mask = i32[key + (orderKey.validMask >> 2)] as number
  if (mask !== 0) {
    const word = i32[key + (orderKey.validOffset >> 2)] as number
    const isNullA = ((i32[(a + word) >>> 2] as number) & mask) === 0
    const isNullB = ((i32[(b + word) >>> 2] as number) & mask) === 0
    if (isNullA || isNullB) {
      if (isNullA === isNullB) return 0
      const nulls = i32[key + (orderKey.nulls >> 2)] as number
      return isNullA ? nulls : -nulls
    }
  }
  const offset = i32[key + (orderKey.offset >> 2)] as number
  const memory = i32[key + (orderKey.memory >> 2)] as number
  return compareFields(m, memory, [a + offset, b + offset]) * (i32[key + (orderKey.direction >> 2)] as number)
}

function compareFields(m: LibraryContext, memory: number, [a, b]: readonly [number, number]): number {
  const { i32, f64 } = m
  const [x, y] = [a >>> 2, b >>> 2]
  switch (memory) {
    case orderMemories.i32:
      return signed(i32[x] as number, i32[y] as number)
    case orderMemories.i64:
      return signed(i32[x + 1] as number, i32[y + 1] as number) || unsigned(i32[x] as number, i32[y] as number)
    case orderMemories.u64:
      return unsigned(i32[x + 1] as number, i32[y + 1] as number) || unsigned(i32[x] as number, i32[y] as number)
    case orderMemories.i128:
      return (
        signed(i32[x + 3] as number, i32[y + 3] as number) ||
        unsigned(i32[x + 2] as number, i32[y + 2] as number) ||
        unsigned(i32[x + 1] as number, i32[y + 1] as number) ||
        unsigned(i32[x] as number, i32[y] as number)
      )
    case orderMemories.f64:
      return compareDoubles(f64[a >>> 3] as number, f64[b >>> 3] as number)
    case orderMemories.view:
      return stringCompare(m, a, b)
    default:
      return compareIntervals(m, a, b)
  }
}

function signed(x: number, y: number): number {
  return x === y ? 0 : x < y ? -1 : 1
}

function unsigned(x: number, y: number): number {
  return signed(x >>> 0, y >>> 0)
}

/** NaN equals NaN and is above all numbers; -0 equals 0. */
function compareDoubles(x: number, y: number): number {
  if (x === y) return 0
  if (x < y) return -1
  if (x > y) return 1
  return signed(Number(Number.isNaN(x)), Number(Number.isNaN(y)))
}
