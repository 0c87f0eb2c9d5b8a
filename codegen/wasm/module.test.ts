import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const program = `
  import { loadToolkit } from ${JSON.stringify(new URL('./module.ts', import.meta.url).href)}
  const toolkit = await loadToolkit()
  const text = \`(module (func (export "run") (param i32) (result i32) (local i32)
    (loop $again
      (local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 31)) (local.get 0)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))\`
  for (let round = 0; round < 20; round++) {
    const module = toolkit.parse(text)
    toolkit.optimize(module, { level: 2 })
    if (round === 19) new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary())).exports.run(COUNT)
  }`

/** For each module that has functions in V8's best code, how many. */
function optimized(count: number): readonly number[] {
  const flags = ['--trace-wasm-compilation-times', '--wasm-sync-tier-up', '--input-type=module']
  const text = program.replace('COUNT', String(count))
  const output = execFileSync(process.execPath, [...flags, '-e', text], { encoding: 'utf8' })
  const modules = [...output.matchAll(/^Compiled function (\w+)#\d+ using TurboFan/gm)].map(([, module]) => module)
  return [...Map.groupBy(modules, (module) => module).values()].map((functions) => functions.length)
}

it('V8 does not make its best code of Binaryen for a few units, and of other modules when it always does', () => {
  // a turn of the loop is some 15 bytes of code
  expect(optimized(100_000)).toEqual([])
  expect(optimized(20_000_000)).toEqual([1])
})
