import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Library } from '../../runtime/abi/library.ts'
import { Choices } from '../../test/support/kernel/choices.ts'
import { loadCompiled } from '../../test/support/kernel/compiled.ts'
import { makeViews } from '../../test/support/kernel/test-memory.ts'
import { instantiateInterpreter } from '../interpreter/instantiate.ts'
import {
  binary,
  constF64,
  constI32,
  constI64,
  continueLoop,
  doCall,
  forRange,
  ifThen,
  letVariable,
  library,
  load,
  local,
  returnValue,
  select,
  setVariable,
  store,
  unary,
} from '../kernel/build.ts'
import type {
  BinaryOperator,
  Expression,
  ModuleIr,
  Statement,
  UnaryOperator,
  ValueType,
  Variable,
} from '../kernel/ir.ts'
import { printModule } from '../kernel/print.ts'
import { verifyModule } from '../kernel/verify.ts'
import { planVectors } from './vector-plan.ts'

const views = makeViews()
const [inBlock, outBlock, columnBytes, rowsMax] = [4096, 16_384, 1024, 101]
const reported: number[] = []
const binding = {
  views,
  constants: [],
  scratchBase: 1024,
  library: { row_error: (site: number, row: number) => reported.push(site, row) } as unknown as Library,
}

type LaneType = 'i64' | 'f64' | 'i1'

const unaries: Readonly<Record<LaneType, readonly UnaryOperator[]>> = {
  i64: [],
  f64: ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'],
  i1: ['not'],
}
const binaries: Readonly<Record<LaneType, readonly BinaryOperator[]>> = {
  i64: ['add', 'sub', 'mul', 'and', 'or', 'xor'],
  f64: ['add', 'sub', 'mul', 'div'],
  i1: ['and', 'or', 'xor'],
}
const ordersI64: readonly BinaryOperator[] = [
  'eq',
  'ne',
  'lt_s',
  'le_s',
  'gt_s',
  'ge_s',
  'add_overflows',
  'sub_overflows',
]
const ordersF64: readonly BinaryOperator[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']

/** Random kernels of the shape that lowering gives to filters and projections. */
class KernelGenerator {
  readonly #choices: Choices
  readonly #known: Variable[] = []
  #next = 10
  readonly #row: Variable = { id: 3, role: 'i', type: 'i32', mutable: false }
  readonly #written: Variable = { id: 4, role: 'written', type: 'i32', mutable: true }
  readonly #error: Variable = { id: 5, role: 'error', type: 'i32', mutable: true }
  readonly #in: Variable = { id: 0, role: 'in', type: 'i32', mutable: false }
  readonly #out: Variable = { id: 2, role: 'out', type: 'i32', mutable: false }

  constructor(tape: readonly number[]) {
    this.#choices = new Choices(tape)
  }

  module(): { readonly module: ModuleIr; readonly loop: Statement & { readonly kind: 'for' } } {
    const count: Variable = { id: 1, role: 'count', type: 'i32', mutable: false }
    const loop = forRange({
      label: 1,
      variable: this.#row,
      from: constI32(0),
      to: local(count),
      body: this.#body(),
    }) as Statement & { readonly kind: 'for' }
    const body = [letVariable(this.#written, constI32(0)), loop, returnValue(local(this.#written))]
    const run = { name: 'run', parameters: [this.#in, count, this.#out], result: 'i32', body } as const
    return {
      module: { name: 'vectors_0', functions: [run], exports: ['run'], constantCount: 0, scratchSizeBytes: 0 },
      loop,
    }
  }

  #body(): Statement[] {
    const canFail = this.#choices.below(2) === 1
    const statements: Statement[] = canFail ? [letVariable(this.#error, constI32(0))] : []
    for (let index = 0; index < 4; index++) {
      const type = this.#choices.of(['i64', 'f64', 'i1'] as const)
      const variable = this.#variable('value', type)
      statements.push(letVariable(variable, this.#lane(type, 3)))
      this.#known.push(variable)
      if (canFail && this.#choices.below(3) === 0) {
        const isFirst = binary('eq', local(this.#error), constI32(0))
        const rare = binary(
          'and',
          binary('gt_s', load('i64', local(this.#in), { index: local(this.#row) }), constI64(40n)),
          this.#lane('i1', 1),
        )
        statements.push(ifThen(binary('and', rare, isFirst), [setVariable(this.#error, constI32(index + 1))]))
      }
    }
    const chosen = this.#variable('chosen', 'i32')
    const filters = this.#choices.below(2) === 1
    if (filters)
      statements.push(
        letVariable(
          chosen,
          binary('and', unary('i32_from_i1', this.#lane('i1', 2)), unary('i32_from_i1', this.#lane('i1', 1))),
        ),
      )
    if (canFail) {
      const report = doCall(library('row_error', [local(this.#error), local(this.#row)]))
      statements.push(ifThen(binary('ne', local(this.#error), constI32(0)), [report, continueLoop(1)]))
    }
    for (let column = 0; column < 2; column++) {
      const type = this.#choices.of(['i64', 'f64'] as const)
      statements.push(
        store(type, local(this.#out), this.#lane(type, 1), {
          offset: column * columnBytes,
          index: local(this.#written),
        }),
      )
    }
    const step = filters ? this.#truth(chosen, statements) : constI32(1)
    return [...statements, setVariable(this.#written, binary('add', local(this.#written), step))]
  }

  /** Folding may have made a constant of the condition: then the row count is not known to be a truth value by name. */
  #truth(chosen: Variable, statements: readonly Statement[]): Expression {
    return statements.some((statement) => statement.kind === 'let' && statement.variable === chosen)
      ? local(chosen)
      : constI32(1)
  }

  #variable(role: string, type: ValueType): Variable {
    this.#next += 1
    return { id: this.#next, role, type, mutable: false }
  }

  #lane(type: LaneType, depth: number): Expression {
    const choice = this.#choices.below(6)
    if (depth > 0 && choice === 0)
      return select(this.#lane('i1', depth - 1), this.#lane(type, depth - 1), this.#lane(type, depth - 1))
    if (type === 'i1') return this.#truthLane(depth, choice)
    if (depth <= 0 || choice <= 2) return this.#leaf(type)
    const [first] = unaries[type]
    if (choice === 3 && first)
      return unary(this.#choices.of([first, ...unaries[type].slice(1)]), this.#lane(type, depth - 1))
    return binary(
      this.#choices.of(binaries[type] as [BinaryOperator, ...BinaryOperator[]]),
      this.#lane(type, depth - 1),
      this.#lane(type, depth - 1),
    )
  }

  #truthLane(depth: number, choice: number): Expression {
    if (depth > 1 && choice === 1) return unary('not', this.#lane('i1', depth - 1))
    if (depth > 1 && choice === 2)
      return binary(
        this.#choices.of(binaries.i1 as [BinaryOperator, ...BinaryOperator[]]),
        this.#lane('i1', depth - 1),
        this.#lane('i1', depth - 1),
      )
    const type = this.#choices.of(['i64', 'f64'] as const)
    const orders = type === 'i64' ? ordersI64 : ordersF64
    // a column on the left: nothing folds
    return binary(
      this.#choices.of(orders as [BinaryOperator, ...BinaryOperator[]]),
      this.#column(type),
      this.#leaf(type),
    )
  }

  #leaf(type: 'i64' | 'f64'): Expression {
    const known = this.#known.filter((variable) => variable.type === type)
    const [first, ...rest] = known
    if (first && this.#choices.below(2) === 0) return local(this.#choices.of([first, ...rest]))
    if (this.#choices.below(3) === 0)
      return type === 'i64'
        ? constI64(this.#choices.of([3n, 5n, 1n << 40n, -2n, 0n, 6n]))
        : constF64(this.#choices.of([2.5, -0, 0.5]))
    return this.#column(type)
  }

  #column(type: 'i64' | 'f64'): Expression {
    const column = this.#choices.below(2) + (type === 'f64' ? 2 : 0)
    return load(type, local(this.#in), { offset: column * columnBytes, index: local(this.#row) })
  }
}

const words: readonly bigint[] = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 7n, 100n, -5n, 2n ** 33n]
const doubles: readonly number[] = [0, -0, 1.5, -2.5, Number.NaN, Infinity, 1e300, 0.5]

function fill(seed: number): void {
  for (let row = 0; row < rowsMax; row++) {
    for (const column of [0, 1])
      views.i64[(inBlock + column * columnBytes) / 8 + row] = words[(row * 5 + column + seed) % words.length] ?? 0n
    for (const column of [2, 3])
      views.f64[(inBlock + column * columnBytes) / 8 + row] = doubles[(row * 3 + column + seed) % doubles.length] ?? 0
  }
}

/** Rows that were written, and errors. NaNs are one. */
function outcome(run: ((...parameters: number[]) => number) | undefined, count: number): string {
  views.i64.fill(0n, outBlock / 8, (outBlock + 2 * columnBytes) / 8)
  reported.length = 0
  const written = run?.(inBlock, count, outBlock) ?? -1
  const column = (index: number): readonly string[] =>
    Array.from({ length: written }, (_, row) => {
      const at = (outBlock + index * columnBytes) / 8 + row
      return Number.isNaN(views.f64[at]) ? 'NaN' : String(views.i64[at])
    })
  return JSON.stringify([written, column(0), column(1), reported])
}

describe('vectors', () => {
  const tapes = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: 200, size: 'max' })
  const runs = { numRuns: Number(process.env['RUNS'] ?? 150) }

  it('leave the rows and errors that the interpreter leaves, whatever the number of rows', () => {
    let planned = 0
    fc.assert(
      fc.property(tapes, fc.nat({ max: 40 }), fc.constantFrom(0, 1, 2, 3, 8, 101), (tape, seed, count) => {
        const { module, loop } = new KernelGenerator(tape).module()
        expect(() => verifyModule(module)).not.toThrow()
        if (planVectors(loop)) planned += 1
        fill(seed)
        const { run } = loadCompiled(module, binding)
        expect(outcome(run, count), printModule(module)).toBe(
          outcome(instantiateInterpreter(module, binding)['run'], count),
        )
      }),
      runs,
    )
    expect(planned).toBeGreaterThan(runs.numRuns * 0.8)
  })
})
