import type { SourceText } from '../../../sql/base/code-frame.ts'
import { byteStreamOf } from '../../connect/byte-stream.ts'
import type { SinkSummary } from '../../connect/connector.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Runnable } from '../../engine/planning/planned.ts'
import { exitStatus } from '../exit-status.ts'
import type { EngineSurroundings } from '../open-engine.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics } from '../report.ts'
import { recordProfile, type ProfileRecording } from '../profile/record-profile.ts'
import { readRunFlags, type RawRunFlags, type RunFlags, type RunFormat } from '../run-flags.ts'
import { chooseOutput, defaultFormat } from './choose-output.ts'
import { StopSignal } from './interrupt.ts'
import { Progress } from './progress.ts'
import { runProgram } from './run-program.ts'

/** A program that is ready to run, and the engine to run it on. */
export interface OpenedProgram {
  readonly engine: Engine
  readonly program: string
  readonly statements: readonly Runnable[]
}

export type OpenProgram = (flags: RunFlags, surroundings: Required<EngineSurroundings>) => Promise<OpenedProgram>

/** Runs a program as the flags say, prints its results and its errors, and gives the exit status. Errors are shown in `source`. */
export async function execute(
  raw: RawRunFlags & { readonly format?: RunFormat },
  source: SourceText | undefined,
  open: OpenProgram,
): Promise<number> {
  const flags = readRunFlags(raw)
  const format = raw.format ?? defaultFormat()
  const stop = new StopSignal(flags.durationMillis)
  const profile = flags.profilePath === undefined ? null : await recordProfile(flags.profilePath, source)
  try {
    return await run(open, { flags, format, stop, profile })
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), raw.format === 'json' ? 'json' : 'text', source)
    return exitStatusOf(error)
  } finally {
    stop.dispose()
    await profile?.finish()
  }
}

interface RunParts {
  readonly flags: RunFlags
  readonly format: RunFormat
  readonly stop: StopSignal
  readonly profile: ProfileRecording | null
}

async function run(open: OpenProgram, { flags, format, stop, profile }: RunParts): Promise<number> {
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  const stdout = byteStreamOf(process.stdout)
  const events = {
    onFailure: (_: string, reason: unknown) => failure.reject(reason),
    onSinkFinished: (sink: string, { text }: SinkSummary) => {
      if (text !== undefined) process.stdout.write(`${sink}: ${text}\n`)
    },
    onSinkClosedByReader: () => stop.stop('closed_by_reader'),
    ...profile?.events,
  }
  const { engine, program, statements } = await open(flags, { events, stdout })
  profile?.place(statements)
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
