import type { LibraryName } from '../../runtime/abi/library.ts'
import type { LibraryType } from '../../runtime/abi/library/signature.ts'
import { must, unreachable } from '../../sql/base/assert.ts'
import { signatureOf } from '../kernel/build.ts'
import type { Expression, FunctionIr, Idiom, ModuleIr, RowsShape, ValueType } from '../kernel/ir.ts'
import { scratchLayout } from '../kernel/scratch.ts'
import type { Code, WasmModule, WasmToolkit, WasmType, WasmTypes } from './module.ts'

/** How a library function is reached: by an import, or as a function of the module itself that does the same. */
export type LibraryTarget =
  | { readonly kind: 'import'; readonly name: string }
  | { readonly kind: 'native'; readonly name: string }

/** `imports`: every library call leaves the module (tests put another library in place). */
export type LibraryLinking = 'native' | 'imports'

/** Functions that operators are made of and that no library has. */
export type SupportName =
  | 'product_overflows'
  | 'multiply_high_u'
  | 'multiply_high_s'
  | 'equal_bytes'
  | 'compare_bytes'
  | 'text_end'
  | 'field_end'
  | 'json_plain_end'
  | 'put_instant'

export type NativeName = LibraryName | SupportName

/**
 * A function in WebAssembly itself. For a name of the library it does exactly what the library's does, on the same bytes; rare cases it
 * may leave to the import. An i128 is two i64 as parameters and a pair as result.
 */
export interface NativeFunction {
  readonly name: NativeName
  /** Parameters that are constants in the code: one version of the function is made for their values, which `accepts` may refuse. */
  readonly constants?: readonly number[]
  accepts?(constants: readonly number[]): boolean
  /** Adds the function to the unit's module under the name `internal`. */
  define(unit: UnitScope, internal: string, constants: readonly number[]): void
}

/** A function of the IR's idioms (codegen/kernel/ir.ts) with vectors. */
export interface NativeIdiom {
  /** Adds it under the name `internal`; `general` is the function that the IR's own body made, for rare cases. */
  define(
    unit: UnitScope,
    subject: { readonly internal: string; readonly general: string; readonly rows: RowsShape | null },
  ): void
}

/** What a unit may define itself instead of importing it. */
export interface Natives {
  readonly linking: LibraryLinking
  readonly functions: ReadonlyMap<NativeName, NativeFunction>
  readonly idioms: Readonly<Record<Idiom, NativeIdiom>>
}

/** The name within the unit of one of the IR's functions. */
export function internalName(name: string): string {
  return `function_${name}`
}

/** What the functions of a unit share: imports, globals, the native functions they use. */
export class UnitScope {
  readonly code: WasmModule
  readonly types: WasmTypes
  /** Offset in scratch of the cells through which i128 values meet the library. */
  readonly cellsOffset: number
  readonly #natives: Natives
  readonly #functions: ReadonlyMap<string, FunctionIr>
  /** Functions that must not become part of their callers: loops that need all registers, and what is rare in them. */
  readonly apart = new Set<string>()
  readonly #known = new Set<string>()
  readonly #imported = new Set<LibraryName>()
  readonly #calledDirectly = new Set<LibraryName>()
  #planFile: number | null = null

  constructor(toolkit: WasmToolkit, module: ModuleIr, natives: Natives) {
    this.code = toolkit.createModule()
    this.types = toolkit.types
    this.cellsOffset = scratchLayout(module).libraryCells
    this.#natives = natives
    this.#functions = new Map(module.functions.map((subject) => [subject.name, subject]))
  }

  /** Loops over rows may take them two by two. */
  get vectors(): boolean {
    return this.#natives.linking === 'native'
  }

  /** Library functions that the unit calls outside of itself. */
  get imported(): readonly LibraryName[] {
    return [...this.#imported].toSorted()
  }

  /** The unit's own code calls the library for this; otherwise native functions do, for what they leave to it. */
  callsDirectly(name: LibraryName): boolean {
    return this.#calledDirectly.has(name)
  }

  function(name: string): FunctionIr {
    return must(this.#functions.get(name), `function ${name}`)
  }

  scratchBase(): Code {
    return this.#global('scratch')
  }

  constantAddress(index: number): Code {
    return this.#global(`constant${index}`)
  }

  library(name: LibraryName, parameters: readonly Expression[]): LibraryTarget {
    const native = this.#natives.linking === 'native' ? this.#natives.functions.get(name) : undefined
    const constants = native && constantsOf(native, parameters)
    if (native && constants) return { kind: 'native', name: this.#define(native, constants) }
    this.#calledDirectly.add(name)
    return { kind: 'import', name: this.importLibrary(name) }
  }

  nativeIdiom({ idiom }: FunctionIr): NativeIdiom | null {
    return this.#natives.linking === 'native' && idiom ? this.#natives.idioms[idiom] : null
  }

  /** The function itself, for native ones that leave rare cases to it. */
  importLibrary(name: LibraryName): string {
    const internal = `library_${name}`
    if (this.#once(internal)) {
      const { parameters, result } = signatureOf(name)
      const cell = result === 'i128' ? [this.types.i32] : []
      const types = [...parameters.map((type) => this.#boundaryType(type)), ...cell]
      const given = result === null || result === 'i128' ? this.types.none : this.#boundaryType(result)
      this.code.addFunctionImport(internal, 'library', name, this.types.of(types), given)
      this.#imported.add(name)
    }
    return internal
  }

  /** A function that no library has and that operators are made of. */
  native(name: NativeName): string {
    return this.#define(must(this.#natives.functions.get(name), `native function ${name}`), [])
  }

  /** IEEE remainder with the sign of the dividend has no instruction. */
  floatRemainder(): string {
    const { f64, of } = this.types
    if (this.#once('host_remainder'))
      this.code.addFunctionImport('host_remainder', 'host', 'remainder', of([f64, f64]), f64)
    return 'host_remainder'
  }

  /** The file that debug locations of plan nodes name. */
  planFile(): number {
    this.#planFile ??= this.code.addDebugInfoFileName('plan')
    return this.#planFile
  }

  /** How a function's parameters lie in locals: an i128 takes two. */
  parameterTypes(types: readonly ValueType[]): readonly WasmType[] {
    return types.flatMap((type) => (type === 'i128' ? [this.types.i64, this.types.i64] : [this.typeOf(type)]))
  }

  /** The type of a value; an i128 is a pair. */
  typeOf(type: ValueType | null): WasmType {
    const { types } = this
    switch (type) {
      case null:
        return types.none
      case 'i1':
      case 'i32':
        return types.i32
      case 'i64':
        return types.i64
      case 'f64':
        return types.f64
      case 'i128':
        return types.pair
      default:
        return unreachable(type)
    }
  }

  #boundaryType(type: LibraryType): WasmType {
    return type === 'i128' ? this.types.i32 : this.typeOf(type)
  }

  #define(native: NativeFunction, constants: readonly number[]): string {
    const internal = ['native', native.name, ...constants].join('_')
    if (this.#once(internal)) native.define(this, internal, constants)
    return internal
  }

  #global(name: string): Code {
    if (this.#once(name)) this.code.addGlobalImport(name, 'unit', name, this.types.i32, false)
    return this.code.global.get(name, this.types.i32)
  }

  #once(name: string): boolean {
    if (this.#known.has(name)) return false
    this.#known.add(name)
    return true
  }
}

/** The values of a native function's constant parameters; null when it cannot stand for this call. */
function constantsOf(native: NativeFunction, parameters: readonly Expression[]): readonly number[] | null {
  const constants: number[] = []
  for (const index of native.constants ?? []) {
    const parameter = parameters[index]
    if (parameter?.kind !== 'const') return null
    constants.push(Number(parameter.value))
  }
  return native.accepts?.(constants) === false ? null : constants
}
