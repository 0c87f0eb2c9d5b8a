import { SqlError } from '../../sql/base/diagnostic.ts'
import { byteStreamOf } from '../connect/byte-stream.ts'
import type { SinkSummary } from '../connect/connector.ts'
import { exitStatus } from './exit-status.ts'
import { openEngine } from './open-engine.ts'
import { readProgramText } from './program-text.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics } from './report.ts'
import { readRunFlags, type RawRunFlags, type RunFlags, type RunFormat } from './run-flags.ts'
import { chooseOutput, defaultFormat } from './run/choose-output.ts'
import { StopSignal } from './run/interrupt.ts'
import { Progress } from './run/progress.ts'
import { startProfile } from './run/profile.ts'
import { runProgram } from './run/run-program.ts'

/** `millrace run`. */
export async function runCommand(
  file: string | undefined,
  raw: RawRunFlags & { readonly format?: RunFormat },
): Promise<number> {
  const flags = readRunFlags(raw)
  const format = raw.format ?? defaultFormat()
  const source = await readProgramText(file, raw.execute)
  const stop = new StopSignal(flags.durationMillis)
  const finishProfile = flags.profilePath === undefined ? undefined : await startProfile(flags.profilePath)
  try {
    return await run(source.text, { flags, format, stop })
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), raw.format === 'json' ? 'json' : 'text', source)
    return exitStatusOf(error)
  } finally {
    stop.dispose()
    await finishProfile?.()
  }
}

interface RunParts {
  readonly flags: RunFlags
  readonly format: RunFormat
  readonly stop: StopSignal
}

async function run(program: string, { flags, format, stop }: RunParts): Promise<number> {
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  const stdout = byteStreamOf(process.stdout)
  const events = {
    onFailure: (_: string, reason: unknown) => failure.reject(reason),
    onSinkFinished: (sink: string, { text }: SinkSummary) => {
      if (text !== undefined) process.stdout.write(`${sink}: ${text}\n`)
    },
    onSinkClosedByReader: () => stop.stop('closed_by_reader'),
  }
  const engine = openEngine(flags, events, stdout)
  const { statements, diagnostics } = await engine.plan(program)
  const [first, ...rest] = diagnostics
  if (first !== undefined) throw new SqlError([first, ...rest])
  for (const { warnings } of statements) for (const warning of warnings) engine.logger.warn(warning.message)
  const progress = new Progress(engine, {
    when: flags.progress,
    shareScreen: format !== 'table' || !process.stdout.isTTY,
  })
  const outputEvents = {
    onClosedByReader: () => stop.stop('closed_by_reader'),
    onFailure: (reason: unknown) => failure.reject(reason),
  }
  const output = () => progress.watch(chooseOutput(format, stdout, outputEvents))
  try {
    await runProgram({ engine, program, statements, stop, limit: flags.limit, output, failed: failure.promise })
    progress.stop()
    const summary = progress.summary()
    await Promise.race([engine.close('finish'), failure.promise])
    if (summary !== null) process.stderr.write(`${summary}\n`)
  } catch (error) {
    progress.stop()
    await engine.close('abort')
    throw error
  }
  return stop.reason === 'interrupted' ? exitStatus.interrupted : exitStatus.finished
}
