import type { EngineOptions } from '../engine.ts'

/** EXPLAIN, whose renderers are loaded when the first one is asked for. */
export const explainLazily: EngineOptions['explain'] = async (engine, planned, program) => {
  const { explainStatement } = await import('./explain-program.ts')
  return await explainStatement(engine, planned, program)
}
