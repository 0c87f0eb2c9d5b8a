import type { Engine } from '../../engine/engine.ts'
import { readMetrics, type Metrics } from '../../engine/metrics.ts'
import type { ResultOutput } from '../result/output.ts'
import type { ProgressWhen } from '../run-flags.ts'

const redrawMillis = 250

export interface ProgressOptions {
  readonly when: ProgressWhen
  /** False while a live table is drawn on the same terminal: then only the summary is written. */
  readonly shareScreen: boolean
}

/** One line about a run, redrawn on standard error, and a summary at its end. */
export class Progress {
  readonly #engine: Engine
  readonly #summary: boolean
  #outputs: ResultOutput[] = []
  #timer: NodeJS.Timeout | null = null
  #drawn = false

  constructor(engine: Engine, { when, shareScreen }: ProgressOptions) {
    const terminal = process.stderr.isTTY
    this.#engine = engine
    this.#summary = when === 'always' || (when === 'auto' && terminal)
    if (this.#summary && terminal && shareScreen) {
      this.#timer = setInterval(() => this.#draw(), redrawMillis)
      this.#timer.unref()
    }
  }

  /** Counts the rows that go through an output. */
  watch(output: ResultOutput): ResultOutput {
    this.#outputs.push(output)
    return output
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    if (this.#drawn) process.stderr.write('\r\u001b[K')
    this.#drawn = false
  }

  /** The last line, taken while everything is still there; null when none is wanted. */
  summary(): string | null {
    return this.#summary ? this.#line() : null
  }

  #draw(): void {
    process.stderr.write(`\r${this.#line().slice(0, Math.max(20, (process.stderr.columns || 80) - 1))}\u001b[K`)
    this.#drawn = true
  }

  #line(): string {
    const metrics = readMetrics(this.#engine)
    const seconds = performance.now() / 1000
    const rowsIn = metrics.sources.reduce((sum, source) => sum + source.rowsIn, 0)
    const rowsOut = [...this.#outputs, ...metrics.sinks].reduce((sum, { rows }) => sum + rows, 0)
    const refused = metrics.rowErrors.reduce((sum, { rows }) => sum + rows, 0)
    const late = lateRows(metrics)
    return [
      `${count(rowsIn)} rows in`,
      `${count(rowsOut)} out`,
      `${count(Math.round(rowsIn / Math.max(seconds, 0.001)))} rows/s`,
      ...watermarkText(metrics),
      ...(late === 0 ? [] : [`${count(late)} late`]),
      ...(refused === 0 ? [] : [`${count(refused)} refused`]),
      `state ${sizeText(stateBytes(metrics))}`,
      ...(this.#engine.idle ? ['nothing ran'] : tierTexts(metrics)),
      `${seconds.toFixed(2)} s (planner ${Math.round(metrics.plannerLoadMillis)} ms)`,
    ].join(', ')
  }
}

/** The tier when all code runs in one, else that of every object's pipelines; and what compiling came to. */
function tierTexts({ sources, queries, tiers }: Metrics): readonly string[] {
  const objects = [
    ...sources.filter(({ rowsIn }) => rowsIn > 0).map(({ name, tier }) => ({ name, tiers: [tier.tier] })),
    ...queries.map(({ name, operators }) => ({ name, tiers: operators.map(({ tier }) => tier.tier) })),
  ]
  const different = new Set(objects.flatMap((object) => object.tiers))
  const text =
    different.size < 2
      ? `${[...different][0] ?? 'no'} tier`
      : `tiers ${objects.map((object) => `${object.name} ${[...new Set(object.tiers)].join('/')}`).join(' ')}`
  if (tiers === null || tiers.compiles + tiers.deoptimisations === 0) return [text]
  const { compiles, compileMillis, deoptimisations } = tiers
  const back = deoptimisations === 0 ? '' : `, ${deoptimisations} taken back`
  return [`${text} (${compiles} compiled in ${Math.round(compileMillis)} ms${back})`]
}

function lateRows({ queries }: Metrics): number {
  return queries.flatMap(({ operators }) => operators).reduce((sum, { lateDropped }) => sum + lateDropped, 0)
}

function stateBytes({ queries }: Metrics): number {
  return queries.flatMap(({ operators }) => operators).reduce((sum, operator) => sum + operator.stateBytes, 0)
}

const infinity = 2n ** 62n

/** The least watermark of the sources and how far it is behind the clock; nothing once all have ended. */
function watermarkText({ sources }: Metrics): readonly string[] {
  const known = sources.flatMap(({ watermarkMicros }) => (watermarkMicros === null ? [] : [watermarkMicros]))
  const least = known.reduce((a, b) => (b < a ? b : a), infinity)
  if (least >= infinity || least <= -infinity) return []
  const millis = Number(least / 1000n)
  if (Math.abs(millis) > 8.64e15) return []
  return [`watermark ${new Date(millis).toISOString().slice(0, 19)} (${lagText(Date.now() - millis)} behind)`]
}

function lagText(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
