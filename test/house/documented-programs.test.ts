import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { documentedPrograms } from './documented-programs.ts'
import { projectFiles, projectRoot } from './project-files.ts'

const run = promisify(execFile)

describe('documentedPrograms', () => {
  it('takes the blocks marked runnable, with the output that follows', () => {
    const text = 'x\n```sql runnable\nSELECT 1\n```\n\n```json output\n{"a":1}\n```\n```sql\nSELECT nothing\n```\n'
    expect(documentedPrograms([{ path: 'docs/a.md', text }])).toEqual([
      { place: 'docs/a.md:2', sql: 'SELECT 1\n', output: '{"a":1}\n' },
    ])
  })

  it('refuses an output without a program', () => {
    expect(() => documentedPrograms([{ path: 'a.md', text: '```json output\n```\n' }])).toThrow('a.md:1')
  })
})

describe('the programs of the documentation', () => {
  const programs = documentedPrograms(projectFiles())

  it('exist', () => {
    expect(programs.length).toBeGreaterThan(0)
  })

  it.for(programs.map((program) => [program.place, program] as const))(
    '%s runs and prints what it says',
    async ([, program]) => {
      const { stdout } = await run(process.execPath, ['bin/millrace.mjs', 'run', '-e', program.sql], {
        cwd: projectRoot,
      })
      expect(stdout).toBe(program.output ?? stdout)
    },
  )
})
