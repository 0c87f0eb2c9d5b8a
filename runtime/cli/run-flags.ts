import { parseAssignment, parseCount, parseDuration } from './arguments.ts'

/** The flags of `run`, as commander hands them over. */
export interface RawRunFlags {
  readonly execute?: string
  readonly set: readonly string[]
  readonly var: readonly string[]
  readonly workers: string
  readonly tier: 'auto' | 'interpreter' | 'javascript' | 'wasm'
  readonly data?: string
  readonly limit?: string
  readonly duration?: string
  readonly progress: ProgressWhen
  readonly profile?: string
  readonly logLevel: LogLevel
}

export type ProgressWhen = 'auto' | 'always' | 'never'
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** How the rows of a SELECT are printed. */
export type RunFormat = 'table' | 'ndjson' | 'csv' | 'json' | 'arrow'

export interface ExplainFlags {
  readonly level: 'logical' | 'stream' | 'pipelines' | 'code' | 'wasm' | 'state' | 'all'
  readonly analyze?: boolean
  readonly format: 'text' | 'json' | 'dot' | 'html'
}

export interface NexmarkFlags {
  readonly events: string
  readonly seed?: string
  readonly rate?: string
  readonly out: string
  readonly format: 'ndjson' | 'csv' | 'arrow'
}

export interface RunFlags {
  readonly settings: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  readonly workers: number | 'auto'
  readonly tier: RawRunFlags['tier']
  readonly dataDirectory: string | undefined
  readonly limit: number | undefined
  readonly durationMillis: number | undefined
  readonly progress: ProgressWhen
  readonly profilePath: string | undefined
  readonly logLevel: LogLevel
}

export function readRunFlags(raw: RawRunFlags): RunFlags {
  return {
    settings: Object.fromEntries(raw.set.map((text) => parseAssignment('--set', text))),
    variables: Object.fromEntries(raw.var.map((text) => parseAssignment('--var', text))),
    workers: raw.workers === 'auto' ? 'auto' : parseCount('--workers', raw.workers, 0),
    tier: raw.tier,
    dataDirectory: raw.data,
    limit: raw.limit === undefined ? undefined : parseCount('--limit', raw.limit, 0),
    durationMillis: raw.duration === undefined ? undefined : parseDuration('--duration', raw.duration),
    progress: raw.progress,
    profilePath: raw.profile,
    logLevel: raw.logLevel,
  }
}
