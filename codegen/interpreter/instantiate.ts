import type { Library } from '../../runtime/abi/library.ts'
import type { MemoryViews } from '../../runtime/abi/memory.ts'
import { must } from '../../sql/base/assert.ts'
import type { FunctionIr, ModuleIr } from '../kernel/ir.ts'
import { scratchLayout } from '../kernel/scratch.ts'
import type { Frame } from './expressions.ts'
import type { Value } from './operators.ts'
import { compileBlock } from './statements.ts'
import type { ResultHolder } from './statements.ts'

/**
 * The reference back end: kernel IR as closures. It starts at once, needs no code generation (the way to run under
 * `--disallow-code-generation-from-strings`) and shares nothing with the JavaScript back end but the IR, so that each is
 * the other's test.
 */
export interface InterpreterBinding {
  readonly views: MemoryViews
  readonly library: Library
  /** Addresses of the unit's constants. */
  readonly constants: readonly number[]
  /** Address of the unit's zeroed scratch area (Unit.scratchSizeBytes, 16-aligned). */
  readonly scratchBase: number
}

export type InterpreterExports = Readonly<Record<string, (...parameters: number[]) => number>>

/** Functions by name for the module's exports. Functions compile when they are first called. */
export function instantiateInterpreter(module: ModuleIr, binding: InterpreterBinding): InterpreterExports {
  const invocations = new Map<string, (parameters: readonly Value[]) => Value>()
  const shared = { ...binding, cellBase: binding.scratchBase + scratchLayout(module).libraryCells }
  const callee = (name: string) => must(invocations.get(name), `function ${name}`)
  for (const subject of module.functions) {
    const frame = {
      ...shared,
      slots: [],
      callee: (name: string) => (parameters: readonly Value[]) => callee(name)(parameters),
    }
    invocations.set(
      subject.name,
      lazily(() => compileFunction(frame, subject)),
    )
  }
  return Object.fromEntries(
    module.exports.map((name) => [name, (...parameters: number[]) => callee(name)(parameters) as number]),
  )
}

function lazily(compile: () => (parameters: readonly Value[]) => Value): (parameters: readonly Value[]) => Value {
  let compiled: ((parameters: readonly Value[]) => Value) | null = null
  return (parameters) => {
    compiled ??= compile()
    return compiled(parameters)
  }
}

function compileFunction(frame: Frame, subject: FunctionIr): (parameters: readonly Value[]) => Value {
  const result: ResultHolder = { value: undefined }
  const body = compileBlock(frame, subject.body, result)
  const ids = subject.parameters.map((parameter) => parameter.id)
  return (parameters) => {
    for (const [index, id] of ids.entries()) frame.slots[id] = parameters[index] as Value
    body()
    return result.value as Value
  }
}
