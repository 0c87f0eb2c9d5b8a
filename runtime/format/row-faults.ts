import { sourceControl } from '../abi/artifact.ts'
import type { MemoryViews } from '../abi/memory.ts'

/** Puts a refused record into the control block, as generated decoders do. */
export function recordFault(
  views: MemoryViews,
  control: number,
  { site, from, to }: { site: number; from: number; to: number },
): void {
  const { i32 } = views
  const count = i32[(control + sourceControl.errorCount) >> 2] ?? 0
  const cell = (control + sourceControl.errors + count * 16) >> 2
  i32[cell] = site
  i32[cell + 1] = from
  i32[cell + 2] = to
  i32[cell + 3] = i32[(control + sourceControl.rows) >> 2] ?? 0
  i32[(control + sourceControl.errorCount) >> 2] = count + 1
}
