import { describe, expect, it } from 'vitest'
import { compareWithoutEval, noEval, corpusFiles } from '../support/no-eval.ts'
import { runCli } from '../support/run-cli.ts'

/** What people run where a policy forbids `eval`: WebAssembly and the interpreter, and nothing that needs more. */
describe('where code may not be made from strings', () => {
  // all of the corpus: no-eval.long.test.ts
  it('a part of the sqllogictest corpus and the golden programs gives what it gives elsewhere', async () => {
    const files = corpusFiles().filter((_, index) => index % 4 === 0)
    expect(await compareWithoutEval(files)).toBeGreaterThan(files.length * 5)
  })

  it('doctor, EXPLAIN ANALYZE and a warning say what is used instead', async () => {
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
