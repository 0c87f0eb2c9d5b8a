import type { ModuleIr, Statement, Variable } from '../../../codegen/kernel/ir.ts'

/** A module of one function without a result, `run`. */
export function runModule(parameters: readonly Variable[], body: readonly Statement[]): ModuleIr {
  const run = { name: 'run', parameters, result: null, body }
  return { name: 'unit_0', functions: [run], exports: ['run'], constantCount: 0, scratchSizeBytes: 0 }
}
