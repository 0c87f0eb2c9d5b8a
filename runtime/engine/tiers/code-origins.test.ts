import { describe, expect, it } from 'vitest'
import type { LoadedUnit } from '../../dataflow/graph.ts'
import { CodeOrigins } from './code-origins.ts'

const status = {
  tier: 'wasm',
  reason: 'asked for',
  compileMillis: 0,
  codeBytes: 0,
  swaps: 0,
  deoptimisations: 0,
} as const

/** A module that imports `library.string_upper` and `library.row_error`, both of no parameters, and exports nothing. */
const imports = ['string_upper', 'row_error'].map((name) => `${text('library')}${text(name)}0000`)
const section = hex(imports.length) + imports.join('')
const importSectionId = hex(2)
/** One type, a function of nothing that gives nothing; then two imports of it. */
const module = new WebAssembly.Module(
  Buffer.from(`0061736d01000000010401600000${importSectionId}${hex(section.length / 2)}${section}`, 'hex'),
)

function hex(value: number): string {
  return value.toString(16).padStart(2, '0')
}

function text(value: string): string {
  return hex(value.length) + Buffer.from(value).toString('hex')
}

function loaded(): LoadedUnit {
  return { unit: { name: 'unit' }, entries: { run: { kernel: () => 0 } } } as unknown as LoadedUnit
}

function exportsOf({ entries }: LoadedUnit) {
  return { run: entries['run']?.kernel ?? (() => 0) }
}

describe('the status of a unit', () => {
  it('tells the tier of the kernel that is called, not the one that was asked for', () => {
    const origins = new CodeOrigins()
    const unit = loaded()
    origins.note(exportsOf(unit), 'javascript')
    expect(origins.statusOf(unit, status)).toMatchObject({ tier: 'javascript', reason: 'asked for', calls: [] })
  })

  it('names what WebAssembly calls', () => {
    const origins = new CodeOrigins()
    const unit = loaded()
    origins.noteWasm(exportsOf(unit), unit.unit, module)
    expect(origins.statusOf(unit, status)).toMatchObject({ tier: 'wasm', calls: ['string_upper', 'row_error'] })
  })

  it('is what it is believed to be while a kernel is being measured', () => {
    expect(new CodeOrigins().statusOf(loaded(), status)).toMatchObject({ tier: 'wasm', calls: [] })
  })
})
