import { byteStreamOf } from '../connect/byte-stream.ts'
import { nodeWorld } from '../connect/connectors.ts'
import type { ByteStream } from '../connect/connector.ts'
import { Engine, type EngineEvents, type EngineOptions } from '../engine/engine.ts'
import type { Logger } from '../engine/options.ts'
import { systemClock } from '../engine/system-clock.ts'
import type { LogLevel, RunFlags } from './run-flags.ts'

export type EngineFlags = Pick<RunFlags, 'settings' | 'variables'> &
  Partial<Pick<RunFlags, 'workers' | 'tier' | 'dataDirectory' | 'logLevel'>>

export interface EngineSurroundings {
  readonly events?: EngineEvents
  readonly stdout?: ByteStream
}

/** The engine as commands use it: the program is all there will ever be. */
export function openEngine(
  flags: EngineFlags,
  language: Pick<EngineOptions, 'toolchain' | 'explain'>,
  { events = {}, stdout = byteStreamOf(process.stdout) }: EngineSurroundings = {},
): Engine {
  const { settings, variables, workers = 0, tier = 'auto', dataDirectory, logLevel = 'warn' } = flags
  return new Engine({
    world: { connectors: nodeWorld, clock: systemClock, environment: process.env },
    stdout,
    ...language,
    events,
    settings,
    vars: variables,
    workers,
    tier,
    dataDir: dataDirectory,
    logger: stderrLogger(logLevel),
    closedProgram: true,
  })
}

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** Failures are reported as diagnostics by the command itself, so `error` has nothing to say here. */
function stderrLogger(level: LogLevel): Logger {
  const shown = levels.indexOf(level)
  const at =
    (which: LogLevel) =>
    (message: string): void => {
      if (levels.indexOf(which) <= shown) process.stderr.write(`${which}: ${message}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: () => {} }
}
