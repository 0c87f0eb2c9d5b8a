import type { LibraryName } from '../../runtime/abi/library.ts'
import { must } from '../../sql/base/assert.ts'
import type { FunctionIr, ModuleIr } from '../kernel/ir.ts'
import { scratchLayout } from '../kernel/scratch.ts'
import {
  assign,
  constDeclaration,
  constantElement,
  element,
  infix,
  libraryMember,
  literal,
  NameMint,
  unitParameters,
  viewNames,
  viewOf,
} from './nodes.ts'
import type { Js, JsStatement, Name, ViewName } from './nodes.ts'

/** What an address is relative to when it is known before any function runs. */
export type FixedBase = { readonly kind: 'constant'; readonly index: number } | { readonly kind: 'scratch' }

export const scratchBase: FixedBase = { kind: 'scratch' }

/** A parameter or a result that travels between functions of the unit in memory, because V8 would box it in a register. */
export interface FunctionCells {
  readonly name: Name
  /** For each parameter, the offset of its cell in scratch; null: passed as it is. */
  readonly parameters: readonly (number | null)[]
  readonly result: number | null
}

/** Everything that a unit's functions share: names, views, library functions, constants, scratch cells. All of it becomes `const`s at the top, which V8 folds. */
export class UnitScope {
  readonly names = new NameMint()
  readonly #header: JsStatement[] = []
  /** Views that the function being emitted has asked for. */
  readonly #views = new Set<ViewName>()
  readonly #headerViews = new Set<ViewName>()
  readonly #library = new Map<LibraryName, Name>()
  /** By number of the constant (-1: scratch), then by offset and shift. */
  readonly #addresses = new Map<number, Map<number, Name>>()
  readonly #functions = new Map<string, FunctionCells>()
  #scratchSizeBytes: number
  #anonymousCount = 0
  #conversionCell: number | null = null
  readonly #constants128 = new Map<bigint, number>()

  constructor(module: ModuleIr) {
    this.#scratchSizeBytes = scratchLayout(module).end
    const exported = new Set(module.exports)
    for (const subject of module.functions)
      this.#functions.set(subject.name, this.#cellsOf(subject, exported.has(subject.name)))
  }

  get header(): readonly JsStatement[] {
    return this.#header
  }

  get scratchSizeBytes(): number {
    return this.#scratchSizeBytes
  }

  /** The offset of a new zeroed cell in the unit's scratch area. */
  cell(sizeBytes: number): number {
    const offset = this.#scratchSizeBytes
    this.#scratchSizeBytes = offset + Math.max(16, sizeBytes)
    return offset
  }

  /** An id for a variable that the IR does not have. */
  nextAnonymous(): number {
    this.#anonymousCount += 1
    return -this.#anonymousCount
  }

  /** The offset of the one cell that values pass through on their way between i64, f64 and Int32 halves. */
  conversionCell(): number {
    this.#conversionCell ??= this.cell(16)
    return this.#conversionCell
  }

  /** The offset of a cell that holds an i128 constant. */
  constant128(value: bigint): number {
    const known = this.#constants128.get(value)
    if (known !== undefined) return known
    const offset = this.cell(16)
    this.#constants128.set(value, offset)
    for (const [word, part] of [value, value >> 64n].entries()) {
      const index = this.fixedAddress(scratchBase, offset + 8 * word, 3)
      this.#header.push(assign(element(this.#headerView('i64'), index), literal(BigInt.asIntN(64, part))))
    }
    return offset
  }

  functionCells(name: string): FunctionCells {
    return must(this.#functions.get(name), 'a function of the unit')
  }

  view(view: ViewName): ViewName {
    this.#views.add(view)
    return view
  }

  /**
   * Declarations of the views that were asked for since the last call. Every function declares its own: V8 folds them all the same, but
   * in loops it knows address and length of views of the closure only some of the time.
   */
  takeViews(): readonly JsStatement[] {
    const views = [...this.#views]
    this.#views.clear()
    return views.map((view) => constDeclaration(viewNames[view], viewOf(view)))
  }

  /** A view for the statements of the header itself. */
  #headerView(view: ViewName): ViewName {
    if (!this.#headerViews.has(view)) {
      this.#headerViews.add(view)
      this.#header.push(constDeclaration(viewNames[view], viewOf(view)))
    }
    return view
  }

  library(name: LibraryName): Name {
    const known = this.#library.get(name)
    if (known) return known
    const minted = this.#define(name, libraryMember(name))
    this.#library.set(name, minted)
    return minted
  }

  /** `(base + offset) >> shift` as a constant of the unit. */
  fixedAddress(base: FixedBase, offset: number, shift: number): Name {
    const place = base.kind === 'constant' ? base.index : -1
    const names = this.#addresses.get(place) ?? new Map<number, Name>()
    this.#addresses.set(place, names)
    const key = 4 * offset + shift
    const known = names.get(key)
    if (known) return known
    const start = base.kind === 'constant' ? constantElement(base.index) : unitParameters.scratch
    const name = this.#define(base.kind === 'constant' ? 'k' : 's', shifted(start, offset, shift))
    names.set(key, name)
    return name
  }

  #define(role: string, value: Js): Name {
    const name = this.names.mint(role)
    this.#header.push(constDeclaration(name, value))
    return name
  }

  #cellsOf(subject: FunctionIr, isExported: boolean): FunctionCells {
    const cell = (type: string | null): number | null =>
      isExported || type === null || type === 'i1' || type === 'i32' ? null : this.cell(16)
    return {
      name: this.names.mint(subject.name),
      parameters: subject.parameters.map((parameter) => cell(parameter.type)),
      result: cell(subject.result),
    }
  }
}

/** `(start + offset) >> shift` */
export function shifted(start: Js, offset: number, shift: number): Js {
  const moved = offset === 0 ? start : infix('+', start, literal(offset))
  return shift === 0 ? moved : infix('>>', moved, literal(shift))
}
