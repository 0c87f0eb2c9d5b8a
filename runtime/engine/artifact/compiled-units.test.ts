import { expect, it } from 'vitest'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { compiledUnits } from './compiled-units.ts'
import type { NamedUnit } from './make-program.ts'

function unit(name: string, kernel: ModuleIr): NamedUnit {
  const generated = { constants: [], javascript: '', marks: [], spans: [], generateMicros: 0 }
  const { constantCount, scratchSizeBytes } = kernel
  return { name, statement: 1, unit: { name: kernel.name, constantCount, scratchSizeBytes, kernel, ...generated } }
}

it('compiles units of equal kernels once', () => {
  const kernel = (name: string): ModuleIr => ({
    name,
    functions: [],
    exports: [],
    constantCount: 0,
    scratchSizeBytes: 0,
  })
  const emitted: string[] = []
  const units = [unit('01-0', kernel('sink')), unit('01-1', kernel('source')), unit('02-0', kernel('sink'))]
  const compiled = compiledUnits(units, ({ name }) => {
    emitted.push(name)
    return { bytes: new Uint8Array(emitted.length), imports: [] }
  })
  expect(emitted).toEqual(['01-0', '01-1'])
  expect(compiled.map(({ name, wasm }) => [name, wasm.bytes.length])).toEqual([
    ['01-0', 1],
    ['01-1', 2],
    ['02-0', 1],
  ])
})
