import type { LibraryName } from '../../runtime/abi/library.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { FunctionIr, ModuleIr } from '../kernel/ir.ts'
import { emit } from './expressions.ts'
import { FunctionScope } from './function-scope.ts'
import { emitWide } from './integers128.ts'
import type { OptimizeLevel, WasmToolkit } from './module.ts'
import { moduleNameOf, withModuleName } from './module-name.ts'
import { nativeFunctions } from './native/functions.ts'
import { nativeIdioms } from './native/idioms.ts'
import { emitBlock } from './statements.ts'
import { internalName, UnitScope } from './unit-scope.ts'
import type { LibraryLinking } from './unit-scope.ts'

export interface WasmUnit {
  /** A WebAssembly module that imports `unit.memory`, `unit.scratch`, `unit.constant<n>`, what it calls of `library`, and `host.remainder`. */
  readonly bytes: Uint8Array
  /** Library functions it calls through an import; the others it has itself. */
  readonly imports: readonly LibraryName[]
}

export interface EmitOptions {
  readonly optimize?: OptimizeLevel
  readonly linking?: LibraryLinking
}

/** Measured in docs/internals/webassembly-tier.md. */
export const optimizeLevel: OptimizeLevel = 2

/** WebAssembly for a verified module. The bytes depend on the shape of the module only: addresses are imported when it is instantiated. */
export function emitWasmUnit(toolkit: WasmToolkit, module: ModuleIr, options: EmitOptions = {}): WasmUnit {
  const unit = buildUnit(toolkit, module, options)
  toolkit.optimize(unit.code, { level: options.optimize ?? optimizeLevel, apart: unit.apart })
  const bytes = withModuleName(unit.code.emitBinary(), moduleNameOf(module))
  unit.code.dispose()
  return { bytes, imports: unit.imported }
}

/** The module as it is before optimisation; the caller disposes of its code. */
export function buildUnit(toolkit: WasmToolkit, module: ModuleIr, options: EmitOptions = {}): UnitScope {
  const unit = new UnitScope(toolkit, module, {
    linking: options.linking ?? 'native',
    functions: nativeFunctions,
    idioms: nativeIdioms,
  })
  for (const subject of module.functions) addFunction(unit, subject)
  for (const name of module.exports) unit.code.addFunctionExport(internalName(name), name)
  if (!toolkit.isValid(unit.code)) throw new InternalError(`kernel ${module.name} gives no valid WebAssembly`)
  return unit
}

/** Idioms get their own implementation; what the IR says stays beside it for the cases that it leaves. */
function addFunction(unit: UnitScope, subject: FunctionIr): void {
  const internal = internalName(subject.name)
  const native = unit.nativeIdiom(subject)
  if (native === null) {
    addBody(unit, subject, internal)
    return
  }
  const general = `${internal}_general`
  addBody(unit, subject, general)
  native.define(unit, { internal, general, rows: subject.rows ?? null })
}

function addBody(unit: UnitScope, subject: FunctionIr, internal: string): void {
  const scope = new FunctionScope(unit, { emit, emitWide })
  for (const parameter of subject.parameters) scope.declare(parameter)
  const parameters = unit.parameterTypes(subject.parameters.map(({ type }) => type))
  const { code, types } = unit
  const block = emitBlock(scope, subject.body)
  // every path of a function with a result returns
  const body = subject.result === null ? block : code.block(null, [block, code.unreachable()])
  const result = unit.typeOf(subject.result)
  const made = code.addFunction(internal, types.of(parameters), result, scope.locals.slice(parameters.length), body)
  scope.applyMarks(made)
}
