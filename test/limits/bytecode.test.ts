import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const functionBytesMax = 40 * 1024
const script = fileURLToPath(new URL('./run-large-query.ts', import.meta.url))

/** Sizes by V8's own count, of the functions in units that Millrace loaded. */
function bytecodeSizes(role: string, expressionCount: number): readonly number[] {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--print-bytecode', `--print-bytecode-filter=${role}_*`, script, String(expressionCount)],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    },
  )
  if (status !== 0) throw new Error(stderr)
  return [...stdout.matchAll(/^Bytecode length: (\d+)$/gm)].map(([, bytes]) => Number(bytes))
}

describe('bytecode', () => {
  it('no part of a large projection or aggregate is above 40 KB', () => {
    const sizes = bytecodeSizes('part', 150)
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(functionBytesMax)
  })
})
