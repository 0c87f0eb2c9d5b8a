import {
  addWide,
  binary,
  call,
  constF64,
  constI32,
  constI64,
  forRange,
  ifThen,
  letVariable,
  load,
  local,
  returnValue,
  select,
  setVariable,
  store,
  unary,
  whileLoop,
} from '../../../codegen/kernel/build.ts'
import type {
  BinaryOperator,
  Expression,
  FunctionIr,
  ModuleIr,
  Statement,
  ValueType,
  Variable,
} from '../../../codegen/kernel/ir.ts'
import { binaryRules } from '../../../codegen/kernel/operators.ts'

/** Columns of the block that the kernels run over, as offsets from `in`. */
export const steadyColumns = { a: 0, b: 8192, c: 16_384, f: 24_576, out: 32_768, cell: 40_960 } as const

/** Kernels whose inner loop must not allocate: every i64 and conversion operator, and the shapes that kernels are made of. */
export function steadyKernels(): Readonly<Record<string, ModuleIr>> {
  const kernels: Record<string, ModuleIr> = {}
  for (const operator of Object.keys(binaryRules) as BinaryOperator[]) {
    if (binaryRules[operator].operands.includes('i64'))
      kernels[operator] = rowKernel((row) => row.put(binary(operator, row.a(), row.divisor())))
  }
  for (const operator of ['shl', 'shr_s', 'shr_u', 'mul', 'mul_overflows', 'div_s', 'lt_u', 'add'] as const) {
    kernels[`${operator} by a constant`] = rowKernel((row) => row.put(binary(operator, row.a(), constI64(7))))
  }
  return { ...kernels, ...conversions(), ...shapes() }
}

function conversions(): Record<string, ModuleIr> {
  return {
    i64_from_i32_s: rowKernel((row) => row.put(unary('i64_from_i32_s', row.i32()))),
    i64_from_i32_u: rowKernel((row) => row.put(unary('i64_from_i32_u', row.i32()))),
    'f64 of a load': rowKernel((row) => row.putFloat(unary('f64_from_i64_s', row.a()))),
    'f64 of a sum': rowKernel((row) => row.putFloat(unary('f64_from_i64_s', binary('add', row.a(), row.b())))),
    i64_trunc_f64: rowKernel((row) => row.put(unary('i64_trunc_f64', row.f64()))),
    f64_bits: rowKernel((row) => row.put(unary('f64_bits', row.f64()))),
    'u32 load': rowKernel((row) => row.put(load('u32', row.input, { index: row.index }))),
    'hash of halves': rowKernel((row) => {
      const key = row.bind('i64', row.a())
      row.put(unary('i64_from_i32_s', binary('xor', unary('i32_wrap_i64', key), unary('i32_high_i64', key))))
    }),
  }
}

function shapes(): Record<string, ModuleIr> {
  return {
    add_wide: rowKernel((row) => row.push(addWide(row.input, row.a(), { offset: steadyColumns.cell }))),
    'sum in a cell': rowKernel((row) =>
      row.push(
        store('i64', row.input, binary('add', load('i64', row.input, { offset: steadyColumns.cell }), row.a()), {
          offset: steadyColumns.cell,
        }),
      ),
    ),
    'select of computed values': rowKernel((row) =>
      row.put(select(binary('lt_s', row.a(), row.b()), binary('mul', row.a(), row.b()), constI64(-1))),
    ),
    'mutable across ifs': rowKernel((row) => {
      const value = row.mutable('i64', constI64(0))
      row.push(ifThen(binary('gt_s', row.a(), row.b()), [setVariable(value, binary('add', row.a(), row.b()))]))
      row.put(local(value))
    }),
    'mutable across rows': carriedKernel(),
    'checked arithmetic': rowKernel((row) => {
      const sum = row.bind('i64', binary('add', row.a(), row.b()))
      row.push(
        ifThen(binary('add_overflows', row.a(), row.b()), [
          store('i64', row.input, constI64(1), { offset: steadyColumns.cell }),
        ]),
      )
      row.put(binary('mul', sum, constI64(-100)))
    }),
    'inner loop over a key': rowKernel((row) => {
      const key = row.bind('i64', row.a())
      const slot = row.mutable('i32', constI32(3))
      const isOther = binary('ne', load('i64', row.input, { offset: steadyColumns.b, index: local(slot) }), key)
      row.push(
        whileLoop(2, binary('and', binary('gt_s', local(slot), constI32(0)), isOther), [
          setVariable(slot, binary('sub', local(slot), constI32(1))),
        ]),
      )
      row.put(key)
    }),
    'call of a part with wide values': partKernel(),
    'i64 of what a great function returns': resultKernel(),
  }
}

class Row {
  readonly statements: Statement[] = []
  readonly input: Expression
  readonly index: Expression
  #nextVariable = 10

  constructor(input: Variable, row: Variable) {
    this.input = local(input)
    this.index = local(row)
  }

  a(): Expression {
    return this.#load('i64', steadyColumns.a)
  }

  b(): Expression {
    return this.#load('i64', steadyColumns.b)
  }

  /** Small, positive, never zero. */
  divisor(): Expression {
    return this.#load('i64', steadyColumns.c)
  }

  i32(): Expression {
    return this.#load('i32', steadyColumns.a)
  }

  f64(): Expression {
    return this.#load('f64', steadyColumns.f)
  }

  push(statement: Statement): void {
    this.statements.push(statement)
  }

  put(value: Expression): void {
    const isTruth = value.kind === 'binary' && binaryRules[value.operator].result === 'i1'
    const stored = isTruth ? unary('i64_from_i32_s', unary('i32_from_i1', value)) : value
    this.push(store('i64', this.input, stored, { offset: steadyColumns.out, index: this.index }))
  }

  putFloat(value: Expression): void {
    this.push(store('f64', this.input, value, { offset: steadyColumns.out, index: this.index }))
  }

  bind(type: ValueType, value: Expression): Expression {
    return local(this.#declare({ type, mutable: false }, value))
  }

  mutable(type: ValueType, value: Expression): Variable {
    return this.#declare({ type, mutable: true }, value)
  }

  #declare(like: { readonly type: ValueType; readonly mutable: boolean }, value: Expression): Variable {
    this.#nextVariable += 1
    const variable = { id: this.#nextVariable, role: 'v', type: like.type, mutable: like.mutable }
    this.push(letVariable(variable, value))
    return variable
  }

  #load(memory: 'i64' | 'i32' | 'f64', offset: number): Expression {
    return load(memory, this.input, { offset, index: this.index })
  }
}

const input: Variable = { id: 0, role: 'in', type: 'i32', mutable: false }
const count: Variable = { id: 1, role: 'count', type: 'i32', mutable: false }
const rowVariable: Variable = { id: 2, role: 'row', type: 'i32', mutable: false }

function rowKernel(build: (row: Row) => void): ModuleIr {
  const row = new Row(input, rowVariable)
  build(row)
  return moduleOf([loop(row.statements)], [])
}

function carriedKernel(): ModuleIr {
  const row = new Row(input, rowVariable)
  const sum: Variable = { id: 5, role: 'v', type: 'i64', mutable: true }
  row.push(setVariable(sum, binary('add', local(sum), row.a())))
  return moduleOf(
    [
      letVariable(sum, constI64(0)),
      loop(row.statements),
      store('i64', local(input), local(sum), { offset: steadyColumns.cell }),
    ],
    [],
  )
}

function partKernel(): ModuleIr {
  const row = new Row(input, rowVariable)
  const wide: Variable = { id: 1, role: 'p', type: 'i64', mutable: false }
  const float: Variable = { id: 2, role: 'p', type: 'f64', mutable: false }
  const isSmall = binary('lt', local(float), constF64(5))
  const part: FunctionIr = {
    name: 'part_0',
    parameters: [input, wide, float],
    result: 'i64',
    body: [returnValue(select(isSmall, local(wide), binary('mul', local(wide), constI64(3))))],
  }
  row.put(call(part, [row.input, binary('add', row.a(), row.b()), row.f64()]))
  return moduleOf([loop(row.statements)], [part])
}

/** A function that V8 does not inline, so that it does not see what kind of number comes back. */
function resultKernel(): ModuleIr {
  const row = new Row(input, rowVariable)
  const value: Variable = { id: 1, role: 'p', type: 'i32', mutable: true }
  const steps = Array.from({ length: 100 }, (_, index) =>
    setVariable(value, binary('add', binary('xor', local(value), constI32(index)), constI32(index))),
  )
  const from: Variable = { id: 2, role: 'p', type: 'i32', mutable: false }
  const part: FunctionIr = {
    name: 'part_0',
    parameters: [from],
    result: 'i32',
    body: [letVariable(value, local(from)), ...steps, returnValue(local(value))],
  }
  const result = row.bind('i32', call(part, [row.i32()]))
  row.put(unary('i64_from_i32_s', result))
  return moduleOf([loop(row.statements)], [part])
}

function loop(body: readonly Statement[]): Statement {
  return forRange({ label: 1, variable: rowVariable, from: constI32(0), to: local(count), body })
}

function moduleOf(body: readonly Statement[], parts: readonly FunctionIr[]): ModuleIr {
  const run: FunctionIr = { name: 'run', parameters: [input, count], result: null, body }
  return { name: 'steady_0', functions: [...parts, run], exports: ['run'], constantCount: 0, scratchSizeBytes: 0 }
}
