import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Library } from '../abi/library.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { loadUnit } from './load.ts'

const binding = {
  views: { i32: new Int32Array(4) } as unknown as MemoryViews,
  library: {} as Library,
  constants: [7],
  scratchBase: 64,
}

describe('loadUnit', () => {
  it('binds memory, constants and scratch', () => {
    const javascript =
      'const i32 = memory.i32;\nfunction run_1() { return i32[0] + constants[0] + scratch }\nreturn { run: run_1 };'
    binding.views.i32[0] = 5
    expect(loadUnit({ javascript, hash: 'abc' }, binding)['run']?.()).toBe(76)
  })

  it('names the unit in stack traces', () => {
    const javascript = 'function run_1() { return missing_2 }\nreturn { run: run_1 };'
    const { run } = loadUnit({ javascript, hash: 'ab/c1\n' }, binding)
    let stack = ''
    try {
      run?.()
    } catch (error) {
      stack = (error as Error).stack ?? ''
    }
    expect(stack).toContain('millrace-abc1.js')
  })

  it('keeps the source of what does not load', () => {
    for (const javascript of ['const a_1 = ;', 'return memory.i32.nothing.more']) {
      let thrown: unknown = null
      try {
        loadUnit({ javascript, hash: 'x' }, binding)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(InternalError)
      expect(thrown).toMatchObject({ name: 'UnitLoadError', source: javascript })
    }
  })

  it('says so when the process forbids it', () => {
    const program = `
      import { loadUnit } from ${JSON.stringify(new URL('./load.ts', import.meta.url).href)}
      try { loadUnit({ javascript: 'return {}', hash: 'x' }, { views: {}, library: {}, constants: [], scratchBase: 0 }) }
      catch (error) { console.log(error.code, error.sqlstate) }`
    const output = execFileSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    )
    expect(output.trim()).toBe('code_generation_forbidden 55000')
  })
})
