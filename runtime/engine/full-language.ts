import type { EngineOptions } from './engine.ts'
import { explainLazily } from './explain/explain-lazily.ts'
import { fullToolchain } from './toolchain/full-toolchain.ts'

/** What the engine does with SQL. */
export type Language = Pick<EngineOptions, 'toolchain' | 'explain'>

/** All of it, for an engine that plans. */
export function fullLanguage(): Language {
  return { toolchain: fullToolchain(), explain: explainLazily }
}
