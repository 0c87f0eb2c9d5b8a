import { checkSource } from '../../codegen/javascript/check.ts'
import { emitUnit } from '../../codegen/javascript/unit.ts'
import { Costs } from '../../codegen/kernel/cost.ts'
import type { ModuleIr } from '../../codegen/kernel/ir.ts'
import { splitModule } from '../../codegen/kernel/split.ts'
import { stageModule } from '../../codegen/kernel/stages/stage-module.ts'
import { verifyModule } from '../../codegen/kernel/verify.ts'
import { lowerPipelines } from '../../codegen/lowering/operators/lower-pipelines.ts'
import { compileQuery } from '../../compiler/compile.ts'
import type { Artifact } from '../../runtime/abi/artifact.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { ArtifactCache } from '../../runtime/engine/cache/artifact-cache.ts'
import type { SessionState } from '../../runtime/engine/planning/planned.ts'
import { planProgram } from '../../runtime/engine/planning/plan-program.ts'
import { must } from '../../sql/base/assert.ts'
import { emptyCatalog, plannerTables } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import { isNative } from '../../sql/functions/native.ts'
import type { Planner } from '../../sql/planner/planner.ts'
import { latency, type Latency } from './quantiles.ts'
import { sources } from './statements.ts'

/**
 * Milliseconds of each step from text to artifact. `codegen` is the whole of what generates code: from pipelines to kernel IR and to
 * printed and checked JavaScript, with the CPU's caches as the planner left them. `again` is the same once more, of which the steps
 * after it are the parts. `hash` is in neither: an artifact's is made when it is asked for.
 */
export interface Stages {
  readonly parse: Latency
  readonly plan: Latency
  readonly compile: Latency
  readonly codegen: Latency
  readonly again: Latency
  readonly lower: Latency
  readonly verify: Latency
  readonly split: Latency
  readonly emit: Latency
  readonly check: Latency
  readonly hash: Latency
  readonly javascriptBytes: number
}

/** Loads the sources: what a session has when its next statement comes. */
export function openSession(planner: Planner): SessionState {
  const planned = planProgram(
    planner,
    { catalog: emptyCatalog, settings: defaultSettings, layouts: new Map() },
    {
      program: sources.join(';\n'),
      variables: { vars: {}, environment: {} },
      connectors: nodeWorld,
      cache: new ArtifactCache(null),
    },
  )
  return must(planned.statements.at(-1), 'a source').after
}

/** Steps of one statement, round after round; `text` gives another text for each. */
export function measureStages(
  planner: Planner,
  state: SessionState,
  { text, rounds, warm }: { readonly text: (round: number) => string; readonly rounds: number; readonly warm: number },
): Stages {
  const clock = new Clock()
  let javascriptBytes = 0
  for (let round = -warm; round < rounds; round++) {
    if (round === 0) clock.forget()
    const artifact = compileOnce(planner, state, { clock, program: `CREATE STREAM q AS ${text(round + warm)}` })
    javascriptBytes = artifact.units.reduce((sum, { javascript }) => sum + javascript.length, 0)
  }
  return { ...clock.latencies(), javascriptBytes }
}

function compileOnce(
  planner: Planner,
  state: SessionState,
  { clock, program }: { readonly clock: Clock; readonly program: string },
): Artifact {
  const parsed = clock.time('parse', () => planner.parse(program))
  const read = new Set(parsed.statements.flatMap(({ reads }) => reads.map(({ name }) => name)))
  const statement = clock.time('plan', () => planner.plan(parsed, 0, { tables: plannerTables(state.catalog, read) }))
  planner.release(parsed)
  if (statement.kind !== 'create_stream') throw new TypeError('a statement to compile creates a stream')
  const { pipelines } = clock.time('compile', () =>
    compileQuery(statement.query, state.catalog, { settings: state.settings, isNative }),
  )
  const generate = (): Artifact =>
    lowerPipelines(pipelines, {
      engineVersion: 'bench',
      objectLayout: (object) => must(state.layouts.get(object), 'a layout'),
      result: 'passed_on',
    })
  const artifact = clock.time('codegen', generate)
  clock.time('again', generate)
  repeatSteps(artifact, clock)
  return artifact
}

/** The steps within code generation, once more and one by one. */
function repeatSteps(artifact: Artifact, clock: Clock): void {
  const modules = artifact.units.map(({ kernel }) => kernel as ModuleIr)
  clock.time('verify', () => modules.forEach(verifyModule))
  const split = clock.time('split', () =>
    modules.map((module) => {
      const costs = new Costs()
      return splitModule(stageModule(module, undefined, costs), undefined, costs)
    }),
  )
  const emitted = clock.time('emit', () => split.map(emitUnit))
  clock.time('check', () => emitted.forEach(({ source }) => checkSource(source)))
  clock.time('hash', () => artifact.hash)
}

type Timed = Exclude<keyof Stages, 'lower' | 'javascriptBytes'>

class Clock {
  readonly #millis = new Map<Timed, number[]>()

  time<T>(stage: Timed, run: () => T): T {
    const start = performance.now()
    const result = run()
    const taken = performance.now() - start
    const known = this.#millis.get(stage)
    if (known) known.push(taken)
    else this.#millis.set(stage, [taken])
    return result
  }

  forget(): void {
    this.#millis.clear()
  }

  latencies(): Omit<Stages, 'javascriptBytes'> {
    const of = (stage: Timed): readonly number[] => must(this.#millis.get(stage), stage)
    const steps = ['verify', 'split', 'emit', 'check'] as const
    const lower = of('again').map((whole, round) =>
      steps.reduce((rest, step) => rest - must(of(step)[round], 'a round'), whole),
    )
    return {
      parse: latency(of('parse')),
      plan: latency(of('plan')),
      compile: latency(of('compile')),
      codegen: latency(of('codegen')),
      again: latency(of('again')),
      lower: latency(lower),
      verify: latency(of('verify')),
      split: latency(of('split')),
      emit: latency(of('emit')),
      check: latency(of('check')),
      hash: latency(of('hash')),
    }
  }
}
