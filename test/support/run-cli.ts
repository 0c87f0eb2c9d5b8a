import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const starter = fileURLToPath(new URL('../../bin/millrace.mjs', import.meta.url))
const commandRunner = fileURLToPath(new URL('./run-commands.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

export interface CliResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  /** Standard input; closed at its end. */
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Flags of Node itself. */
  readonly node?: readonly string[]
}

/** Starts the command line as a process of its own, in the root of the project. */
export function startCli(
  args: readonly string[],
  { environment = {}, node = [] }: CliOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...node, starter, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
  })
}

/** Runs the command line to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options)
  child.stdin.on('error', () => {
    // A program that does not read its input closes the pipe.
  })
  child.stdin.end(options.input ?? '')
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status: status as number | null, stdout, stderr }
}

/** Runs command lines one after the other in one process, which is much cheaper than one each. @throws where one fails or complains */
export async function runCommands(commands: readonly (readonly string[])[]): Promise<readonly CliResult[]> {
  const results = await tryCommands(commands)
  const failed = results.find(({ status, stderr }) => status !== 0 || stderr !== '')
  if (failed) throw new Error(`status ${failed.status}: ${failed.stderr}`)
  return results
}

/** As runCommands, whatever comes of it. */
export async function tryCommands(commands: readonly (readonly string[])[]): Promise<readonly CliResult[]> {
  const child = spawn(process.execPath, [commandRunner], { cwd: root, env: { ...process.env, NO_COLOR: '1' } })
  child.stdin.end(JSON.stringify(commands))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout) as CliResult[]
}

/** The tiers that a program can be asked to run in. */
export const tiers = ['javascript', 'interpreter', 'wasm'] as const

/** The lines of NDJSON. */
export function jsonLines(output: string): readonly unknown[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
