import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('encoders allocate nothing for a row of plain values', { timeout: 60_000 }, () => {
  const program = new URL('../../../test/support/encoders/measure-allocation.ts', import.meta.url).pathname
  const text = execFileSync(process.execPath, [program], { encoding: 'utf8' })
  const bytesPerRow = JSON.parse(text) as Record<string, number>
  expect(Object.keys(bytesPerRow)).toEqual(['javascript csv', 'javascript json', 'wasm csv', 'wasm json'])
  // a single object per row would be 12 bytes at least
  expect(Object.entries(bytesPerRow).filter(([, bytes]) => bytes > 2)).toEqual([])
})
