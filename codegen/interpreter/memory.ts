import type { MemoryType } from '../../runtime/abi/library.ts'
import type { MemoryViews } from '../../runtime/abi/memory.ts'
import type { Value } from './operators.ts'

/** How an element of a memory type is read at and written to a byte address. */
export interface MemoryAccess {
  readonly read: (views: MemoryViews, address: number) => Value
  readonly write: (views: MemoryViews, address: number, value: Value) => void
}

type IntegerView = 'i8' | 'u8' | 'i16' | 'u16' | 'i32'
type FloatView = 'f32' | 'f64'

function numbers(view: IntegerView | FloatView, shift: number): MemoryAccess {
  return {
    read: (views, address) => views[view][address >>> shift] as number,
    write: (views, address, value) => {
      views[view][address >>> shift] = value as number
    },
  }
}

const wide: MemoryAccess = {
  read: (views, address) => views.i64[address >>> 3] as bigint,
  write: (views, address, value) => {
    views.i64[address >>> 3] = value as bigint
  },
}

const widest: MemoryAccess = {
  read: (views, address) =>
    ((views.i64[(address >>> 3) + 1] as bigint) << 64n) | BigInt.asUintN(64, views.i64[address >>> 3] as bigint),
  write: (views, address, value) => {
    views.i64[address >>> 3] = BigInt.asIntN(64, value as bigint)
    views.i64[(address >>> 3) + 1] = BigInt.asIntN(64, (value as bigint) >> 64n)
  },
}

const truth: MemoryAccess = {
  read: (views, address) => views.u8[address] !== 0,
  write: (views, address, value) => {
    views.u8[address] = value === true ? 1 : 0
  },
}

const unsignedWord: MemoryAccess = {
  read: (views, address) => BigInt(views.u32[address >>> 2] as number),
  write: (views, address, value) => {
    views.u32[address >>> 2] = Number(BigInt.asUintN(32, value as bigint))
  },
}

export const memoryAccesses: Readonly<Record<MemoryType, MemoryAccess>> = {
  bool: truth,
  i8: numbers('i8', 0),
  u8: numbers('u8', 0),
  i16: numbers('i16', 1),
  u16: numbers('u16', 1),
  i32: numbers('i32', 2),
  u32: unsignedWord,
  i64: wide,
  i128: widest,
  f32: numbers('f32', 2),
  f64: numbers('f64', 3),
}
