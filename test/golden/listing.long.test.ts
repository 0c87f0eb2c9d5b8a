import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadToolkit } from '../../codegen/wasm/module.ts'
import { WasmPrinter } from '../../runtime/engine/explain/wasm-printer.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { programOf } from '../slt/run-compiled.ts'
import { planned } from './plan-case.ts'

const folder = import.meta.dirname
const corpus = join(folder, '..', 'slt')
const planner = loadPlanner()
const programs = [
  ...globSync('*/expected/stream.txt', { cwd: folder }).map((path) => join(folder, path, '../../input.sql')),
  ...globSync('**/*.slt', { cwd: corpus }).map((path) => join(corpus, path)),
]

function textOf(path: string): string {
  const text = readFileSync(path, 'utf8')
  return path.endsWith('.slt') ? (programOf(text) ?? '') : text
}

describe('WebAssembly as EXPLAIN prints it', () => {
  it('assembles again, and imports what EXPLAIN names', async () => {
    const toolkit = await loadToolkit()
    const printer = await WasmPrinter.load()
    let units = 0
    for (const path of programs) {
      for (const statement of planned(planner, textOf(path)).statements) {
        if (!('prepared' in statement)) continue
        for (const unit of statement.prepared.artifact.units) {
          const { text: listing, imports } = printer.codeOf({ name: unit.name, unit })
          const module = toolkit.parse(listing)
          const bytes = module.emitBinary() as Uint8Array<ArrayBuffer>
          module.dispose()
          const called = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).filter(({ kind }) => kind === 'function')
          expect(called.map((entry) => entry.name).toSorted(), path).toEqual(imports.map((entry) => entry.name).toSorted())
          units++
        }
      }
    }
    expect(units).toBeGreaterThan(100)
  })
})
