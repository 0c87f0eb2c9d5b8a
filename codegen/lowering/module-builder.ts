import type { Constant, Site } from '../../runtime/abi/artifact.ts'
import type { Expression, FunctionIr, Idiom, ModuleIr, RowsShape, ValueType, Variable } from '../kernel/ir.ts'
import type { Span } from '../../sql/base/span.ts'
import { constant, local, scratch } from '../kernel/build.ts'
import type { ConstantPool } from './constant-pool.ts'
import { FunctionBuilder } from './function-builder.ts'
import type { ModuleScope } from './module-scope.ts'

export interface ParameterSpec {
  readonly role: string
  readonly type: ValueType
}

/** Builds one module (unit) of kernel IR: its functions, its numbering of constants, its scratch area. */
export class ModuleBuilder implements ModuleScope {
  readonly pool: ConstantPool
  readonly #name: string
  readonly #constants: number[] = []
  readonly #functions: FunctionIr[] = []
  readonly #exports: string[] = []
  readonly #spans: Span[] = []
  #scratchSizeBytes = 0
  #nextLabel = 0

  /** `name` is from a fixed vocabulary plus a number, never from SQL. */
  constructor(name: string, pool: ConstantPool) {
    this.#name = name
    this.pool = pool
  }

  constant(value: Constant): Expression {
    this.#constants.push(this.pool.addConstant(value))
    return constant(this.#constants.length - 1)
  }

  site(site: Site): number {
    return this.pool.addSite(site)
  }

  scratch(sizeBytes: number): Expression {
    const offset = this.#scratchSizeBytes
    this.#scratchSizeBytes = offset + Math.ceil(sizeBytes / 16) * 16
    return scratch(offset)
  }

  span(span: Span): number {
    return this.#spans.push(span) - 1
  }

  nextLabel(): number {
    this.#nextLabel += 1
    return this.#nextLabel
  }

  /** Defines a function; `body` receives the parameters as expressions. Returns its name. */
  function(
    signature: {
      readonly name: string
      readonly parameters: readonly ParameterSpec[]
      readonly result: ValueType | null
      readonly exported: boolean
      readonly idiom?: Idiom
      readonly rows?: RowsShape
    },
    body: (builder: FunctionBuilder, parameters: readonly Expression[]) => void,
  ): string {
    const parameters = signature.parameters.map((spec, id): Variable => ({
      id,
      role: spec.role,
      type: spec.type,
      mutable: false,
    }))
    const builder = new FunctionBuilder(this, parameters.length)
    body(builder, parameters.map(local))
    const { name, result, idiom, rows } = signature
    const special = { ...(idiom && { idiom }), ...(rows && { rows }) }
    this.#functions.push({ name, parameters, result, body: builder.finish(), ...special })
    if (signature.exported) this.#exports.push(signature.name)
    return signature.name
  }

  /** The finished module, which of the artifact's constants its numbers mean, and the spans of its marks. */
  finish(): { readonly module: ModuleIr; readonly constants: readonly number[]; readonly spans: readonly Span[] } {
    return {
      module: {
        name: this.#name,
        functions: this.#functions,
        exports: this.#exports,
        constantCount: this.#constants.length,
        scratchSizeBytes: this.#scratchSizeBytes,
      },
      constants: this.#constants,
      spans: this.#spans,
    }
  }
}
