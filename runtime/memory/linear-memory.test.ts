import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pageCountMax, pageSizeBytes } from '../abi/memory.ts'
import { reserveMemory } from './linear-memory.ts'

test('two gigabytes are there at once', () => {
  const { memory, u8 } = reserveMemory()
  expect(u8.length).toBe(pageCountMax * pageSizeBytes)
  expect(u8.length).toBe(memory.buffer.byteLength)
  u8[u8.length - 1] = 1
  expect(u8[u8.length - 1]).toBe(1)
})

test('reserving makes V8 collect no garbage', () => {
  const module = fileURLToPath(new URL('linear-memory.ts', import.meta.url))
  const script = `import { reserveMemory } from ${JSON.stringify(module)}; console.log(reserveMemory().u8.length)`
  const trace = execFileSync(process.execPath, ['--trace-gc', '--input-type=module', '-e', script]).toString()
  expect(trace).toContain(String(pageCountMax * pageSizeBytes))
  expect(trace).not.toContain('external memory')
})
