import { spawnSync } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runNode } from '../support/artifact.ts'
import type { CliResult } from '../support/run-cli.ts'
import { documentedPages, type DocumentedPage } from './documented-commands.ts'
import { projectFiles } from './project-files.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('documentedPages', () => {
  it('takes files and commands in their order, and what they print', () => {
    const text =
      '```sql file=a.sql\nSELECT 1\n```\n```sh runnable\nmillrace run a.sql\n```\n\n```text printed\n{}\n```\n```sh\nno\n```\n'
    expect(documentedPages([{ path: 'docs/a.md', text }])).toEqual([
      {
        path: 'docs/a.md',
        steps: [
          { kind: 'save', file: 'a.sql', text: 'SELECT 1\n' },
          { kind: 'run', place: 'docs/a.md:4', commands: 'millrace run a.sql\n', output: '{}\n' },
        ],
      },
    ])
    expect(() => documentedPages([{ path: 'a.md', text: '```text printed\n```\n' }])).toThrow('a.md:1')
  })
})

describe('the commands of the documentation', () => {
  const pages = documentedPages(projectFiles())

  it('exist', () => {
    expect(pages.length).toBeGreaterThan(2)
  })

  it.for(pages)('$path does what it says', async (page, { skip }) => {
    const asked = page.steps.some((step) => step.kind === 'run' && step.commands.includes('openssl'))
    skip(asked && spawnSync('openssl', ['version']).status !== 0, 'there is no openssl')
    for (const { place, said, found } of await follow(page, await readersFolder()))
      expect([place, found]).toEqual([place, said])
  })
})

/** An empty folder in which millrace is installed. */
async function readersFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-reader-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'millrace'), { recursive: true })
  await mkdir(join(modules, '.bin'))
  // types are not stripped in node_modules, and there need not be a build
  const index = pathToFileURL(join(root, 'index.ts')).href
  await writeFile(join(modules, 'millrace/index.mjs'), `export * from ${JSON.stringify(index)}\n`)
  await writeFile(join(modules, 'millrace/package.json'), '{"type":"module","exports":"./index.mjs"}')
  await symlink(join(root, 'bin/millrace.mjs'), join(modules, '.bin/millrace'))
  await symlink(join(root, 'node_modules/.bin/esbuild'), join(modules, '.bin/esbuild'))
  await symlink(join(root, 'docs'), join(folder, 'docs'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}

interface Outcome {
  readonly place: string
  readonly said: CliResult
  readonly found: CliResult
}

async function follow({ steps }: DocumentedPage, folder: string): Promise<readonly Outcome[]> {
  const path = [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter)
  const options = { cwd: folder, environment: { PATH: path, npm_config_loglevel: 'silent' } }
  const commands = steps.flatMap((step) => (step.kind === 'run' ? [step.commands] : [])).join('\n')
  const outcomes: Outcome[] = []
  const add = (place: string, output: string | undefined, found: CliResult): void => {
    outcomes.push({ place, said: { status: 0, stderr: '', stdout: output ?? found.stdout }, found })
  }
  for (const step of steps) {
    if (step.kind === 'run') {
      add(step.place, step.output, await runNode(['-e', shell, step.commands], options))
      continue
    }
    await appendFile(join(folder, step.file), step.text)
    // programs that no command runs
    if (step.file.endsWith('js') && !commands.includes(step.file))
      add(step.file, undefined, await runNode([step.file], options))
  }
  return outcomes
}

/** Standard input of a reader's shell is a terminal: nothing comes from it. */
const shell = `const { spawnSync } = require('node:child_process')
const { status } = spawnSync('bash', ['-euo', 'pipefail', '-c', process.argv[1]], { stdio: ['ignore', 'inherit', 'inherit'] })
process.exitCode = status`
