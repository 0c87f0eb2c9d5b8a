import { describe, expect, it } from 'vitest'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { WaitingCompiler } from './waiting-compiler.ts'

const kernel: ModuleIr = { name: 'unit', functions: [], exports: [], constantCount: 0, scratchSizeBytes: 0 }

describe('the compiler that is waited for', () => {
  const compiler = new WaitingCompiler()

  it('gives a module and its bytes before it returns', () => {
    const { module, bytes, millis } = compiler.compile(kernel)
    expect(WebAssembly.Module.exports(module)).toEqual([])
    expect(WebAssembly.validate(bytes)).toBe(true)
    expect(millis).toBeGreaterThan(0)
  })

  it('refuses what gives no WebAssembly by a code, and goes on', () => {
    const broken = { ...kernel, exports: ['missing'] }
    expect(() => compiler.compile(broken)).toThrow(
      expect.objectContaining({ code: 'wasm_not_compilable', message: expect.stringContaining('the code of unit ') }),
    )
    expect(compiler.compile(kernel).bytes.length).toBeGreaterThan(8)
  })
})
