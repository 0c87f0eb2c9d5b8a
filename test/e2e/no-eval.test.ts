import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runNode } from '../support/artifact.ts'
import { runCli } from '../support/run-cli.ts'

const noEval = '--disallow-code-generation-from-strings'
const root = fileURLToPath(new URL('../../', import.meta.url))

/** What people run where a policy forbids `eval`: WebAssembly and the interpreter, and nothing that needs more. */
describe('where code may not be made from strings', () => {
  it(
    'the sqllogictest corpus and the kept random queries give what they give elsewhere',
    { timeout: 240_000 },
    async () => {
      const files = globSync('test/slt/**/*.slt', { cwd: root }).toSorted()
      const script = 'test/support/run-without-eval.ts'
      const { status, stdout, stderr } = await runNode([noEval, script, ...files], { cwd: root })
      expect([status, stderr]).toEqual([0, ''])
      const { forbidden, compared, differences } = JSON.parse(stdout) as {
        readonly forbidden: boolean
        readonly compared: number
        readonly differences: readonly string[]
      }
      expect([forbidden, differences]).toEqual([true, []])
      expect(compared).toBeGreaterThan(files.length * 10)
    },
  )

  it('doctor, EXPLAIN ANALYZE and a warning say what is used instead', { timeout: 60_000 }, async () => {
    const doctor = await runCli(['doctor'], { node: [noEval] })
    expect(doctor.stdout).toMatch(
      /code_generation +forbidden: queries start in the interpreter, and move to WebAssembly when they prove hot/,
    )
    const program = ['-e', 'SELECT 1 AS one']
    const explained = await runCli(['explain', '--analyze', ...program], { node: [noEval] })
    expect(explained.stdout).toContain('interpreter tier')
    const ran = await runCli(['run', ...program], { node: [noEval] })
    expect([ran.stdout, ran.stderr]).toEqual([
      '{"one":1}\n',
      'warn: this process forbids code generation: queries start in the interpreter\n',
    ])
  })
})
