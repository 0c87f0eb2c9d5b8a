import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keptFolder } from '../support/artifact.ts'
import { programOf, runCompiled } from './run-compiled.ts'

const folder = import.meta.dirname
const filesMin = 15

/** The files that can be programs, compiled ahead of time, in both forms of their code. */
describe('sqllogictest, compiled', () => {
  const out = keptFolder()
  const programs = globSync('**/*.slt', { cwd: folder })
    .toSorted()
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const program = programOf(text)
      return program === null ? [] : [{ name, text, program }]
    })

  it('has files', () => expect(programs.length).toBeGreaterThan(filesMin))

  it.for(programs)('file $name', async ({ name, text, program }) => {
    const outcomes = await runCompiled(text, program, join(out, name.replaceAll('/', '-')))
    for (const { record, expected, actual } of outcomes)
      expect(actual.toSorted(), `${name}:${record.line}`).toEqual(expected.toSorted())
  })
})
