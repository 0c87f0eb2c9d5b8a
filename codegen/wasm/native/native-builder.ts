import { faultAddress, faults } from '../../../runtime/abi/library.ts'
import type { FaultName, LibraryName } from '../../../runtime/abi/library.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Code, WasmModule, WasmType } from '../module.ts'
import type { UnitScope } from '../unit-scope.ts'

export type NativeType = 'i32' | 'i64' | 'f64' | 'v128'
export type Read = () => Code

export interface WideRead {
  readonly low: Read
  readonly high: Read
}

/** A mutable local. */
export interface Cell {
  readonly get: () => Code
  readonly set: (value: Code) => void
}

/** Goes on with code that stands elsewhere. */
export type Rare = (handler: () => void) => void

/** Writes one function by hand, statement by statement. */
export class NativeBuilder {
  readonly code: WasmModule
  readonly #unit: UnitScope
  readonly #parameterCount: number
  readonly #locals: WasmType[]
  #statements: Code[] = []
  #labelCount = 0

  constructor(unit: UnitScope, parameters: readonly NativeType[]) {
    this.#unit = unit
    this.code = unit.code
    this.#parameterCount = parameters.length
    this.#locals = parameters.map((type) => unit.types[type])
  }

  parameter(index: number): Read {
    const type = must(this.#locals[index], 'a parameter')
    return () => this.code.local.get(index, type)
  }

  two(): readonly [Read, Read] {
    return [this.parameter(0), this.parameter(1)]
  }

  push(code: Code): void {
    this.#statements.push(code)
  }

  let(type: NativeType, value: Code): Read {
    const cell = this.cell(type)
    cell.set(value)
    return cell.get
  }

  cell(type: NativeType): Cell {
    const index = this.#locals.length
    const wasmType = this.#unit.types[type]
    this.#locals.push(wasmType)
    return {
      get: () => this.code.local.get(index, wasmType),
      set: (value) => this.push(this.code.local.set(index, value)),
    }
  }

  /**
   * A constant vector in a register (codegen/wasm/held-vectors.ts says why). `zero`: a v128 of zeros which no optimiser knows to be one.
   */
  held(bytes: Uint8Array, zero: Read): Read {
    return this.let('v128', this.code.v128.xor(this.code.v128.const(bytes), zero()))
  }

  /** A variable of the module, zero at first, which keeps its value between calls. */
  global(type: 'i32' | 'i64', name: string): Cell {
    const wasmType = this.#unit.types[type]
    this.code.addGlobal(name, wasmType, true, type === 'i32' ? this.code.i32.const(0) : this.code.i64.const(0n))
    return {
      get: () => this.code.global.get(name, wasmType),
      set: (value) => this.push(this.code.global.set(name, value)),
    }
  }

  if(condition: Code, then: () => void, otherwise?: () => void): void {
    const yes = this.#block(then)
    this.push(otherwise ? this.code.if(condition, yes, this.#block(otherwise)) : this.code.if(condition, yes))
  }

  /** Repeats until `leave()` or a return. */
  loop(body: (leave: () => void) => void): void {
    this.#labelCount += 1
    const again = `again_${this.#labelCount}`
    const out = `out_${this.#labelCount}`
    const inner = this.#block(() => body(() => this.push(this.code.br(out))))
    this.push(this.code.block(out, [this.code.loop(again, this.code.block(null, [inner, this.code.br(again)]))]))
  }

  /**
   * A loop that starts anew after what `rare` was given. That stands outside of it: so calls in there take no registers from the loop, which
   * only ends by leaving a block around it, or the function.
   */
  busyLoop(body: (rare: Rare) => void): void {
    this.#labelCount += 1
    const number = this.#labelCount
    const [again, outer] = [`again_${number}`, `anew_${number}`]
    const label = (index: number): string => `rare_${number}_${index}`
    const handlers: (() => void)[] = []
    const inner = this.#block(() => body((handler) => this.push(this.code.br(label(handlers.push(handler) - 1)))))
    let code = this.code.loop(again, this.code.block(null, [inner, this.code.br(again)]))
    for (const [index, handler] of handlers.entries())
      code = this.code.block(null, [this.code.block(label(index), [code]), this.#block(handler), this.code.br(outer)])
    this.push(this.code.loop(outer, code))
  }

  /** Goes on behind it after `leave()`. */
  block(body: (leave: () => void) => void): void {
    this.#labelCount += 1
    const out = `out_${this.#labelCount}`
    this.push(this.code.block(out, [this.#block(() => body(() => this.push(this.code.br(out))))]))
  }

  /** The case of this number, or the last resort for every other number; goes on behind all of them. */
  switch(index: Code, cases: readonly (() => void)[], otherwise: () => void): void {
    this.#labelCount += 1
    const number = this.#labelCount
    const name = (position: number): string => `case_${number}_${position}`
    const labels = cases.map((_, position) => name(position))
    const [out, last] = [name(cases.length + 1), name(cases.length)]
    let code = this.code.switch(labels, last, index)
    for (const [position, body] of [...cases, otherwise].entries())
      code = this.code.block(null, [this.code.block(name(position), [code]), this.#block(body), this.code.br(out)])
    this.push(this.code.block(out, [code]))
  }

  /** Sets the fault cell of the library. */
  setFault(fault: FaultName): void {
    const { i32 } = this.code
    this.push(i32.store(faultAddress, 4, i32.const(0), i32.const(faults[fault])))
  }

  returnPair(low: Code, high: Code): void {
    this.return(this.code.tuple.make([low, high]))
  }

  /** Leaves the work to the library itself: a fallible function with an i128 result. i128 arguments as pairs of reads. */
  returnImported(name: LibraryName, parameters: readonly (Read | WideRead)[]): void {
    const { i32, i64 } = this.code
    const unit = this.#unit
    let cells = 0
    const passed = parameters.map((parameter) => {
      if (typeof parameter === 'function') return parameter()
      const offset = unit.cellsOffset + 16 * cells
      cells += 1
      this.push(i64.store(offset, 8, unit.scratchBase(), parameter.low()))
      this.push(i64.store(offset + 8, 8, unit.scratchBase(), parameter.high()))
      return i32.add(unit.scratchBase(), i32.const(offset))
    })
    const out = unit.cellsOffset + 16 * cells
    this.push(
      this.code.call(
        unit.importLibrary(name),
        [...passed, i32.add(unit.scratchBase(), i32.const(out))],
        unit.types.none,
      ),
    )
    this.returnPair(i64.load(out, 8, unit.scratchBase()), i64.load(out + 8, 8, unit.scratchBase()))
  }

  return(value?: Code): void {
    this.push(this.code.return(value))
  }

  /** Adds the function; `value`: what it gives at its end, null when every path has returned. */
  define(internal: string, result: NativeType | 'none' | 'pair', value: Code | null): void {
    const { types } = this.#unit
    const body = this.code.block(
      null,
      [...this.#statements, ...(value === null ? (result === 'none' ? [] : [this.code.unreachable()]) : [value])],
      value === null ? types.none : types[result],
    )
    const parameters = this.#locals.slice(0, this.#parameterCount)
    this.code.addFunction(internal, types.of(parameters), types[result], this.#locals.slice(this.#parameterCount), body)
  }

  #block(body: () => void): Code {
    const outer = this.#statements
    this.#statements = []
    body()
    const inner = this.code.block(null, this.#statements)
    this.#statements = outer
    return inner
  }
}
