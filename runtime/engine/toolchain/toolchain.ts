import type { Evaluator, EvaluatorRequest } from '../../../sql/planner/evaluator.ts'
import type { Settings } from '../../../sql/catalog/settings.ts'
import type { SinkArtifact, Unit } from '../../abi/artifact.ts'
import type { CompiledUnit } from '../tiers/compile-message.ts'
import type { TierStatus } from '../tiers/running-tier.ts'
import type { UnitBinding, UnitExports } from '../../worker/load.ts'
import type { CacheMetrics } from '../cache/artifact-cache.ts'
import type { SinkParts } from '../cache/encoder-parts.ts'
import type { DeployableSource } from '../deployment/deployable.ts'
import type { Tier } from '../options.ts'
import type { PlannedProgram } from '../planning/plan-program.ts'
import type { PlanningWorld } from '../planning/plan-statement.ts'
import type { EngineState } from '../planning/planned.ts'
import type { UnitDescription } from './unit-description.ts'

/** Where the code of units comes from. */
export interface UnitCode {
  interpret(unit: Unit, binding: UnitBinding): UnitExports
  /** Errors: DataError `code_generation_forbidden`. */
  javascript(unit: Unit, binding: UnitBinding): UnitExports
  webAssembly(unit: Unit): WebAssembly.Module
  /** What the WebAssembly of a unit came to; absent or null: it is not known. */
  figuresOf?(unit: Unit): Pick<TierStatus, 'codeBytes' | 'compileMillis'> | null
  /** A module that is there already: it was carried along, or kept. */
  readyModule(unit: Unit): WebAssembly.Module | null
  /** What the compile thread has made. */
  keepModule(unit: Unit, compiled: CompiledUnit): void
  /** For profiles; absent: it is not known any more. */
  describe?(unit: Unit): UnitDescription | null
}

/**
 * What an engine makes work and code with: planner, compiler and code generators (full-toolchain.ts), or, in an artifact,
 * what they left behind (artifact/carried-toolchain.ts).
 */
export interface Toolchain {
  /** Everything that planning and running in this tier need. */
  load(tier: Tier): Promise<void>
  /** Milliseconds that loading the planner took; 0 while it has not been needed. */
  readonly plannerLoadMillis: number
  /** Before the first statement. */
  readonly initial: EngineState
  /** The system stream of refused rows; its code is kept where these settings say. */
  deadLetters(settings: Settings): DeployableSource
  /** What turns rows into bytes; its code is kept where these settings say. @throws DataError planner_absent */
  encoder(rows: SinkParts, settings: Settings): SinkArtifact
  /** After `load`. @throws DataError planner_absent */
  plan(state: EngineState, world: PlanningWorld): PlannedProgram
  /** After `load`. */
  compileEvaluator(request: EvaluatorRequest): Evaluator
  readonly code: UnitCode
  cacheMetrics(): CacheMetrics
  /** What went wrong beside planning, each told once. */
  takeWarnings(): readonly string[]
}
