import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, onTestFinished } from 'vitest'
import { compileProgram } from '../../runtime/engine/artifact/compile-program.ts'
import type { Code } from '../../sql/messages/raise.ts'
import { runCli, runCommands, type CliResult } from './run-cli.ts'

/** A folder that goes when the test is over. It is outside of the checkout: nothing of millrace can be found from there. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-artifact-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A folder for the tests of one file. */
export function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-artifact-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export interface Compilation {
  readonly flags?: readonly string[]
  /** A folder of its own when absent. */
  readonly out?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Compiles a program; gives the artifact's folder, `out` or one of its own. */
export async function compiled(program: string, out?: string): Promise<string> {
  const folder = out ?? join(await temporaryFolder(), 'artifact')
  await (await compileProgram(program, {})).write(folder)
  return folder
}

/** Compiles a program with the command line; gives the artifact's folder. @throws Error with what compile has to say */
export async function compiledByCommand(program: string, options: Compilation = {}): Promise<string> {
  const { flags = [], out = join(await temporaryFolder(), 'artifact'), environment = {} } = options
  const sources = await mkdtemp(join(tmpdir(), 'millrace-source-'))
  try {
    const file = join(sources, 'source.sql')
    await writeFile(file, program)
    const { status, stderr } = await runCli(['compile', file, '-o', out, ...flags], { environment })
    if (status !== 0) throw new Error(stderr)
    return out
  } finally {
    await rm(sources, { recursive: true })
  }
}

/** Compiles programs, by name, in one process; gives their artifacts' folders in `folder`. @throws Error with what compile has to say */
export async function compiledTogether(
  programs: Readonly<Record<string, string>>,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const places = Object.entries(programs).map(([name, program], index) => {
    const place = join(folder, `artifact-${index}`)
    return { name, program, source: `${place}.sql`, out: place }
  })
  await Promise.all(places.map(({ source, program }) => writeFile(source, program)))
  await runCommands(places.map(({ source, out }) => ['compile', source, '-o', out]))
  return new Map(places.map(({ name, out }) => [name, out]))
}

export interface ArtifactRun {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs `main.mjs` where code generation is forbidden. */
export async function runArtifact(
  folder: string,
  args: readonly string[] = [],
  { input = '', environment = {}, cwd }: ArtifactRun = {},
): Promise<CliResult> {
  return await runNode(['--disallow-code-generation-from-strings', join(folder, 'main.mjs'), ...args], {
    input,
    environment,
    ...(cwd !== undefined && { cwd }),
  })
}

/** Runs Node to its end, without the warnings of a machine's own settings. */
export async function runNode(
  args: readonly string[],
  { input = '', environment = {}, cwd }: ArtifactRun = {},
): Promise<CliResult> {
  const env = { ...process.env, NO_COLOR: '1', ...environment }
  const child = spawn(process.execPath, args, { env, cwd })
  child.stdin.on('error', () => {
    // a program that does not read its input closes the pipe
  })
  child.stdin.end(input)
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status: status as number | null, stdout, stderr }
}

/** How standard error begins when a program ends with that error. */
export function errorText(code: Code): string {
  return `error[${code}] `
}

export function errorOf(code: Code): unknown {
  return expect.stringContaining(errorText(code))
}
