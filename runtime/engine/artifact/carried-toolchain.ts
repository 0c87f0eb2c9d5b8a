import { isDeepStrictEqual } from 'node:util'
import { must } from '../../../sql/base/assert.ts'
import { DataError, InternalError } from '../../../sql/base/diagnostic.ts'
import { defaultSettings } from '../../../sql/catalog/settings.ts'
import { plannerAbsent } from '../../../sql/messages/raise.ts'
import type { Evaluator, EvaluatorRequest } from '../../../sql/planner/evaluator.ts'
import type { SinkArtifact } from '../../abi/artifact.ts'
import type { UnitFactory } from '../../worker/load.ts'
import type { DeployableSource } from '../deployment/deployable.ts'
import type { EngineOptions } from '../engine.ts'
import { deadLetterSource } from '../errors/dead-letter-source.ts'
import type { UnitCode } from '../toolchain/toolchain.ts'
import type { UnitDescription } from '../toolchain/unit-description.ts'
import { encoderParts, type SinkParts } from '../cache/encoder-parts.ts'
import { sinkOf, sourceOf } from './carried-data.ts'
import type { ProgramArtifact } from './program-artifact.ts'
import { compileWasm } from '../../worker/compile-wasm.ts'

/** The code of an artifact's units, by name. */
export interface CarriedCode {
  /** The default exports of the units' modules. */
  factories(): Promise<ReadonlyMap<string, UnitFactory>>
  webAssembly(unit: string): Uint8Array
  /** For profiles; absent: it is not known. */
  describe?(unit: string): UnitDescription
}

/** What an engine works with that runs an artifact: code that is there already, and nothing that could make more. */
export function carriedLanguage(
  program: ProgramArtifact,
  code: CarriedCode,
): Pick<EngineOptions, 'toolchain' | 'explain'> {
  let factories: ReadonlyMap<string, UnitFactory> | null = null
  let compileEvaluator: ((request: EvaluatorRequest) => Evaluator) | null = null
  return {
    toolchain: {
      async load(tier) {
        if (tier === 'javascript') factories = await code.factories()
        if (program.needsEvaluator) compileEvaluator = await loadEvaluator()
      },
      plannerLoadMillis: 0,
      initial: {
        catalog: { objects: new Map([[deadLetterSource.name, deadLetterSource]]) },
        settings: { ...defaultSettings, on_error: program.onError },
      },
      deadLetters: () => deadLetters(program),
      plan: () => {
        throw new DataError(plannerAbsent({ what: 'a new statement' }))
      },
      compileEvaluator: (request) => must(compileEvaluator, 'the evaluator that the artifact carries')(request),
      encoder: (rows) => encoderFor(program, rows),
      cacheMetrics: () => ({ compiled: 0, memoryHits: 0, diskHits: 0, modulesRead: 0, poisoned: 0, unwritten: 0 }),
      takeWarnings: () => [],
      code: unitCode(() => must(factories, 'the loaded modules of units'), code),
    },
    explain: () => Promise.reject(new DataError(plannerAbsent({ what: 'EXPLAIN' }))),
  }
}

async function loadEvaluator(): Promise<(request: EvaluatorRequest) => Evaluator> {
  const { loadCarriedEvaluator } = await import('./carried-evaluator.ts')
  return await loadCarriedEvaluator()
}

function deadLetters(program: ProgramArtifact): DeployableSource {
  return { kind: 'source', object: deadLetterSource, connector: null, compile: () => sourceOf(program.deadLetters) }
}

function encoderFor({ encoders }: ProgramArtifact, wanted: SinkParts): SinkArtifact {
  const found = encoders.find(({ rows }) => isDeepStrictEqual(rows, encoderParts(wanted)))
  if (found === undefined) throw new DataError(plannerAbsent({ what: 'a new encoder' }))
  return sinkOf(found.artifact)
}

function unitCode(factories: () => ReadonlyMap<string, UnitFactory>, code: CarriedCode): UnitCode {
  const modules = new Map<string, WebAssembly.Module>()
  const moduleOf = (name: string): WebAssembly.Module => {
    const module = modules.get(name) ?? compileWasm(code.webAssembly(name) as Uint8Array<ArrayBuffer>, 'lazy')
    modules.set(name, module)
    return module
  }
  return {
    interpret: () => {
      throw new InternalError('an artifact carries nothing to interpret')
    },
    javascript: ({ name }, { views, library, constants, scratchBase }) =>
      must(factories().get(name), `unit ${name}`)(views, library, constants, scratchBase),
    webAssembly: ({ name }) => moduleOf(name),
    // under tier `auto` nothing need be compiled: hot units are swapped at once
    readyModule: ({ name }) => moduleOf(name),
    keepModule: () => {},
    describe: ({ name }) => code.describe?.(name) ?? null,
  }
}
