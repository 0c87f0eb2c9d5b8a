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
  readonly #known = new Map<string, Name>()
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
      const index = this.fixedAddress({ kind: 'scratch' }, offset + 8 * word, 3)
      this.#header.push(assign(element(this.view('i64'), index), literal(BigInt.asIntN(64, part))))
    }
    return offset
  }

  functionCells(name: string): FunctionCells {
    return must(this.#functions.get(name), `function ${name}`)
  }

  view(view: ViewName): ViewName {
    if (!this.#known.has(view)) {
      this.#known.set(view, viewNames[view])
      this.#header.push(constDeclaration(viewNames[view], viewOf(view)))
    }
    return view
  }

  library(name: LibraryName): Name {
    return this.#shared(`library ${name}`, name, () => libraryMember(name))
  }

  /** `(base + offset) >> shift` as a constant of the unit. */
  fixedAddress(base: FixedBase, offset: number, shift: number): Name {
    const id = base.kind === 'constant' ? base.index : 0
    return this.#shared(`${base.kind} ${id} ${offset} ${shift}`, base.kind === 'constant' ? 'k' : 's', () => {
      const start = base.kind === 'constant' ? constantElement(base.index) : unitParameters.scratch
      return shifted(start, offset, shift)
    })
  }

  #shared(key: string, role: string, value: () => Js): Name {
    const known = this.#known.get(key)
    if (known) return known
    const name = this.names.mint(role)
    this.#header.push(constDeclaration(name, value()))
    this.#known.set(key, name)
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
