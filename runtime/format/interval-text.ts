import type { MemoryViews } from '../abi/memory.ts'
import { loadBigint } from './cells.ts'

/** ISO 8601: `P1Y2M3DT4H5M6.5S`, `PT0S`; each part has its own sign. */
export function intervalText(views: MemoryViews, address: number): string {
  const months = views.i32[address >> 2] ?? 0
  const days = views.i32[(address >> 2) + 1] ?? 0
  const micros = loadBigint(views, address + 8, 'i64')
  const years = Math.trunc(months / 12)
  const part = (value: number | bigint, unit: string): string => (Number(value) === 0 ? '' : `${value}${unit}`)
  const minutes = (micros / 60_000_000n) % 60n
  const rest = micros % 60_000_000n
  const size = rest < 0n ? -rest : rest
  const fraction = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const seconds = rest === 0n ? '' : `${rest < 0n ? '-' : ''}${size / 1_000_000n}${fraction && `.${fraction}`}S`
  const time = part(micros / 3_600_000_000n, 'H') + part(minutes, 'M') + seconds
  const date = part(years, 'Y') + part(months - years * 12, 'M') + part(days, 'D')
  return date + time === '' ? 'PT0S' : `P${date}${time && `T${time}`}`
}
