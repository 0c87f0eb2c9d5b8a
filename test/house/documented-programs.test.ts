import { describe, expect, it } from 'vitest'
import { documentedPrograms } from './documented-programs.ts'
import { runCommands, tiers } from '../support/run-cli.ts'
import { projectFiles } from './project-files.ts'

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

  it.for(tiers)('run and print what they say in tier %s', async (tier) => {
    const results = await runCommands(programs.map(({ sql }) => ['run', '-e', sql, '--tier', tier]))
    const found = programs.map(({ place }, index) => ({ place, output: results[index]?.stdout }))
    expect(found).toEqual(
      programs.map(({ place, output }, index) => ({ place, output: output ?? results[index]?.stdout })),
    )
  })
})
