import { describe, expect, it } from 'vitest'
import type { ModuleIr } from '../kernel/ir.ts'
import { loadToolkit } from './module.ts'
import { moduleNameOf, withModuleName } from './module-name.ts'
import { emitWasmUnit } from './unit.ts'

const module: ModuleIr = {
  name: 'unit',
  functions: [{ name: 'run', parameters: [], result: null, body: [] }],
  exports: ['run'],
  constantCount: 0,
  scratchSizeBytes: 0,
}
const toolkit = await loadToolkit()

/** The module's name, then the names of functions, as the name section has them. */
function names(bytes: Uint8Array): string {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), 'name')
  return new TextDecoder().decode(section)
}

describe('the name of a module', () => {
  it('is in its bytes, before those of its functions', () => {
    const name = moduleNameOf(module)
    expect(name).toMatch(/^unit-[0-9a-f]{12}$/)
    expect(names(emitWasmUnit(toolkit, module).bytes)).toMatch(
      new RegExp(`^\\0${String.fromCharCode(name.length + 1, name.length)}${name}\\x01.*function_run`, 's'),
    )
  })

  it('may be longer than a byte counts', () => {
    const { bytes } = emitWasmUnit(toolkit, { ...module, name: 'u'.repeat(200) })
    expect(names(bytes)).toContain('u'.repeat(200))
  })

  it('says what the code is', () => {
    expect(moduleNameOf({ ...module, scratchSizeBytes: 16 })).not.toBe(moduleNameOf(module))
    expect(moduleNameOf(structuredClone(module))).toBe(moduleNameOf(module))
  })

  it('needs a section of names', () => {
    expect(() => withModuleName(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0), 'x')).toThrow('no names')
  })
})
