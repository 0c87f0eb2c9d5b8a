import { instantiateInterpreter } from '../../../codegen/interpreter/instantiate.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { sourceLayout } from '../../../codegen/lowering/operators/lower-source.ts'
import { must } from '../../../sql/base/assert.ts'
import { emptyCatalog } from '../../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../../sql/catalog/settings.ts'
import { loadUnit } from '../../worker/load.ts'
import { ArtifactCache } from '../cache/artifact-cache.ts'
import type { DeployableSource } from '../deployment/deployable.ts'
import { deadLetterSource } from '../errors/dead-letter-source.ts'
import { cachedEncoder } from '../planning/cached-encoder.ts'
import { cachedSource } from '../planning/cached-source.ts'
import { planProgram } from '../planning/plan-program.ts'
import type { EngineState, SessionState } from '../planning/planned.ts'
import { describeUnit, ScriptNames } from './describe-unit.ts'
import { PlannerHost } from './planner-host.ts'
import type { Toolchain, UnitCode } from './toolchain.ts'
import { WasmHost } from './wasm-host.ts'

/** Planner, compiler and all code generators, each loaded when it is first needed. */
export function fullToolchain(): Toolchain {
  const planner = new PlannerHost()
  const cache = new ArtifactCache()
  const wasm = new WasmHost(cache)
  const loaded = () => must(planner.loaded, 'a loaded planner')
  return {
    async load() {
      await planner.load()
    },
    get plannerLoadMillis() {
      return planner.loadMillis
    },
    initial: emptySession(),
    deadLetters: (settings) => deadLetters(cache, settings.artifact_cache),
    encoder: (rows, { artifact_cache: folder }) => cachedEncoder(rows, { cache, folder }),
    cacheMetrics: () => cache.metrics(),
    takeWarnings: () => cache.takeWarnings(),
    plan: (state, world) => planProgram(loaded(), sessionOf(state), { ...world, cache }),
    compileEvaluator: (request) => loaded().compileEvaluator(request),
    code: unitCode(wasm),
  }
}

function unitCode(wasm: WasmHost): UnitCode {
  const scripts = new ScriptNames()
  return {
    interpret: (unit, binding) => instantiateInterpreter(unit.kernel as ModuleIr, binding),
    javascript: (unit, binding) => loadUnit({ javascript: unit.javascript, hash: scripts.of(unit) }, binding),
    webAssembly: (unit) => wasm.moduleOf(unit),
    figuresOf: (unit) => wasm.figuresOf(unit),
    readyModule: (unit) => wasm.known(unit),
    keepModule: (unit, compiled) => wasm.keep(unit, compiled),
    describe: (unit) => describeUnit(unit, scripts.of(unit)),
  }
}

function deadLetters(cache: ArtifactCache, folder: string | null): DeployableSource {
  const connector = null
  const compile = cachedSource(deadLetterSource, connector, { cache, folder })
  return { kind: 'source', object: deadLetterSource, connector, compile }
}

function emptySession(): SessionState {
  const { name } = deadLetterSource
  return {
    catalog: { ...emptyCatalog, objects: new Map([[name, deadLetterSource]]) },
    settings: defaultSettings,
    layouts: new Map([[name, sourceLayout(deadLetterSource)]]),
  }
}

/** Every state of an engine with this toolchain comes from `initial` and from what was planned. */
function sessionOf(state: EngineState): SessionState {
  return state as SessionState
}
