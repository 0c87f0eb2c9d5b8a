import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compileProgram } from '../../../runtime/engine/artifact/compile-program.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { loadPlanner } from '../../../sql/planner/planner.ts'
import { planned } from '../../golden/plan-case.ts'
import { goldenData, runnableCase } from '../../golden/run-case.ts'
import { keptFolder, runArtifact } from '../../support/artifact.ts'

const golden = fileURLToPath(new URL('../../golden', import.meta.url))
const cases = readdirSync(golden, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({
    name,
    text: readFileSync(join(golden, name, 'input.sql'), 'utf8'),
    expected: readdirSync(join(golden, name, 'expected')),
  }))

describe('compile', () => {
  it('takes every program of the golden corpus that plans, or says why not', async () => {
    const refused: string[] = []
    for (const { name, text, expected } of cases) {
      const plans = !expected.includes('error.txt')
      try {
        await compileProgram(text, {})
        if (!plans) refused.push(`${name} compiles`)
      } catch (error) {
        if (!(error instanceof SqlError)) throw error
        if (plans) refused.push(`${name}: ${error.code}`)
      }
    }
    expect(refused).toEqual([])
  })
})

describe('golden programs, compiled, where code generation is forbidden', () => {
  const folder = keptFolder()
  const planner = loadPlanner()
  const running = cases.filter(({ expected }) => expected.includes('rows.txt'))

  it('are there', () => expect(running.length).toBeGreaterThan(25))

  it.for(running)('$name', async ({ name, text }) => {
    const { statements } = planned(planner, text)
    const runnable = runnableCase(statements, text, { folder: join(folder, name), ...goldenData })
    const artifact = join(folder, `${name}-artifact`)
    await (await compileProgram(`SET on_error = 'skip';\n${runnable.text}`, {})).write(artifact)
    const expected = readFileSync(join(golden, name, 'expected', 'rows.txt'), 'utf8')
    for (const tier of ['auto', 'javascript', 'wasm']) {
      const { status, stderr } = await runArtifact(artifact, ['--tier', tier])
      expect([status, stderr], tier).toEqual([0, expect.not.stringContaining('error')])
      const written = [...runnable.outputs].map(([sink, path]) => `-- ${sink}\n${readFileSync(path, 'utf8')}`).join('')
      expect(written, tier).toBe(expected)
    }
  })
})
