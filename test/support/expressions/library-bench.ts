import { faultAddress, faults } from '../../../runtime/abi/library.ts'
import type { FaultName } from '../../../runtime/abi/library.ts'
import type { convertSignatures } from '../../../runtime/abi/library/convert.ts'
import type { decimalSignatures } from '../../../runtime/abi/library/decimal.ts'
import type { numberSignatures } from '../../../runtime/abi/library/number.ts'
import type { regexSignatures } from '../../../runtime/abi/library/regex.ts'
import type { stringSignatures } from '../../../runtime/abi/library/string.ts'
import type { timeSignatures } from '../../../runtime/abi/library/time.ts'
import type { Implementations } from '../../../runtime/abi/library/implementation.ts'
import type { Interval } from '../../../sql/plan/logical-plan.ts'
import { readBytes, writeBytes } from './cells.ts'
import { createBench } from './evaluate.ts'

type Signatures = typeof convertSignatures &
  typeof decimalSignatures &
  typeof numberSignatures &
  typeof regexSignatures &
  typeof stringSignatures &
  typeof timeSignatures

/** The library with its types, and values in and out of its memory. */
export interface LibraryBench {
  readonly library: Implementations<Signatures>
  /** Address of a new view. */
  readonly view: (text: string) => number
  readonly bytes: (bytes: Uint8Array) => number
  /** Address of a new 16-byte cell. */
  readonly cell: (value?: bigint) => number
  readonly interval: (value: Interval) => number
  readonly text: (view: number) => string
  readonly number: (cell: number) => bigint
  readonly parts: (cell: number) => Interval
  readonly fault: () => FaultName
  /** Runs with a fresh cell for the result and reads it as text; or the fault's name in angle brackets. */
  readonly made: (run: (out: number) => void) => string
  readonly reset: () => void
}

export function createLibraryBench(): LibraryBench {
  const { library, views, memory } = createBench()
  const allocate = (sizeBytes: number): number => memory.arena.allocate(sizeBytes, 16)
  const fault = (): FaultName =>
    Object.entries(faults).find(([, code]) => code === views.i32[faultAddress >> 2])?.[0] as FaultName
  const bytes = (value: Uint8Array): number => {
    const address = allocate(16)
    writeBytes(views, { address, bytes: value, allocate })
    return address
  }
  const text = (view: number): string =>
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readBytes(views, view))
  const cell = (value = 0n): number => {
    const address = allocate(16)
    views.i64[address >> 3] = BigInt.asIntN(64, value)
    views.i64[(address >> 3) + 1] = value >> 64n
    return address
  }
  return {
    library: library as unknown as Implementations<Signatures>,
    view: (value) => bytes(new TextEncoder().encode(value)),
    bytes,
    cell,
    interval: ({ months, days, micros }) => {
      const address = cell((BigInt.asUintN(32, BigInt(days)) << 32n) | BigInt.asUintN(32, BigInt(months)))
      views.i64[(address + 8) >> 3] = BigInt(micros)
      return address
    },
    text,
    number: (address) =>
      ((views.i64[(address >> 3) + 1] as bigint) << 64n) | BigInt.asUintN(64, views.i64[address >> 3] as bigint),
    parts: (address) => ({
      months: views.i32[address >> 2] as number,
      days: views.i32[(address >> 2) + 1] as number,
      micros: String(views.i64[(address + 8) >> 3]),
    }),
    fault,
    made: (run) => {
      views.i32[faultAddress >> 2] = 0
      const out = cell()
      run(out)
      return fault() === 'none' ? text(out) : `<${fault()}>`
    },
    reset: () => memory.arena.reset(),
  }
}
