import {
  addWide,
  binary,
  breakLoop,
  call,
  constant,
  constF64,
  constI1,
  constI128,
  constI32,
  constI64,
  continueLoop,
  copy,
  doCall,
  forRange,
  ifThen,
  letVariable,
  library,
  load,
  local,
  mark,
  returnValue,
  scratch,
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
  UnaryOperator,
  ValueType,
  Variable,
} from '../../../codegen/kernel/ir.ts'
import { binaryRules, memorySizeBytes, memoryValueTypes, unaryRules } from '../../../codegen/kernel/operators.ts'
import type { MemoryType } from '../../../runtime/abi/library.ts'
import { Choices } from './choices.ts'
import { f64s, i32s, i64s } from './edge-values.ts'
import { areaElements, areaOffsets, constantAddresses, wideOffset } from './test-memory.ts'

/**
 * Random valid modules: every operator, memory type and statement, on values at the edges of their types. What the IR forbids
 * (zero divisors, conversions out of range, endless loops) is guarded as a lowering would.
 */
export function randomModule(tape: readonly number[], statementsMax = 24): ModuleIr {
  const generator = new Generator(new Choices(tape), statementsMax)
  return generator.module()
}

/** A random projection: run(in, count, out) reads `in`, computes, sends some rows away and writes the others to `out`, as kernels of outputs do. */
export function randomProjection(tape: readonly number[], statementsMax = 24): ModuleIr {
  return new Generator(new Choices(tape), statementsMax).projection()
}

const types: readonly [ValueType, ...ValueType[]] = ['i32', 'i64', 'f64', 'i1', 'i128']
const memories = Object.keys(memoryValueTypes) as MemoryType[]
const scratchSizeBytes = 64

interface Loop {
  readonly label: number
}

class Generator {
  readonly #choices: Choices
  readonly #statementsMax: number
  readonly #functions: FunctionIr[] = []
  #nextVariable = 0
  #nextLabel = 0
  #scope: Variable[] = []
  #loops: Loop[] = []
  #result: ValueType | null = null
  #budget = 0

  constructor(choices: Choices, statementsMax: number) {
    this.#choices = choices
    this.#statementsMax = statementsMax
  }

  module(): ModuleIr {
    const helperCount = this.#choices.below(3)
    for (let index = 0; index < helperCount; index++) this.#functions.push(this.#helper(index))
    const input = this.#variable('in', 'i32', false)
    const count = this.#variable('count', 'i32', false)
    this.#functions.push(this.#function('run', [input, count], null))
    return {
      name: 'random_0',
      functions: this.#functions,
      exports: ['run'],
      constantCount: constantAddresses.length,
      scratchSizeBytes,
    }
  }

  projection(): ModuleIr {
    const [input, count, out] = [
      this.#variable('in', 'i32', false),
      this.#variable('count', 'i32', false),
      this.#variable('out', 'i32', false),
    ]
    const written = this.#variable('written', 'i32', true)
    const row = this.#variable('row', 'i32', false)
    this.#scope = [input, row]
    this.#result = null
    const label = this.#label()
    const body: Statement[] = []
    for (let index = 0; index < this.#statementsMax; index++) body.push(...this.#rowStatement(label))
    const columns = 1 + this.#choices.below(8)
    for (let column = 0; column < columns; column++) body.push(this.#column({ out, written, column }))
    body.push(setVariable(written, binary('add', local(written), constI32(1))))
    const loop = forRange({ label, variable: row, from: constI32(0), to: local(count), body })
    const statements = [letVariable(written, constI32(0)), loop, store('i32', local(out), local(written))]
    const run: FunctionIr = { name: 'run', parameters: [input, count, out], result: null, body: statements }
    return {
      name: 'random_0',
      functions: [run],
      exports: ['run'],
      constantCount: constantAddresses.length,
      scratchSizeBytes,
    }
  }

  #rowStatement(label: number): readonly Statement[] {
    switch (this.#choices.below(8)) {
      case 0:
        return this.#set()
      case 1:
        return [
          ifThen(
            this.#expression('i1', 2),
            this.#set(),
            this.#inBlock(() => this.#let()),
          ),
        ]
      case 2:
        return this.#choices.below(3) === 0
          ? [ifThen(this.#expression('i1', 2), [...this.#do(), continueLoop(label)])]
          : this.#let()
      default:
        return this.#let()
    }
  }

  /** Variables that `build` declares are gone after it. */
  #inBlock(build: () => Statement[]): Statement[] {
    const outer = this.#scope
    this.#scope = [...outer]
    const statements = build()
    this.#scope = outer
    return statements
  }

  #column(at: { readonly out: Variable; readonly written: Variable; readonly column: number }): Statement {
    const type = this.#choices.of(types)
    const value = this.#expression(type, 2)
    const place = { offset: 16 + 8192 * at.column, index: local(at.written) }
    if (type === 'f64') return store('i64', local(at.out), unary('f64_bits', value), place)
    return store(type === 'i1' ? 'bool' : type, local(at.out), value, place)
  }

  #helper(index: number): FunctionIr {
    const input = this.#variable('in', 'i32', false)
    const extra = Array.from({ length: this.#choices.below(4) }, () =>
      this.#variable('p', this.#choices.of(types), false),
    )
    const result = this.#choices.of([null, ...types])
    return this.#function(`part_${index}`, [input, ...extra], result)
  }

  #function(name: string, parameters: readonly Variable[], result: ValueType | null): FunctionIr {
    this.#scope = [...parameters]
    this.#result = result
    this.#budget = this.#statementsMax
    const body = this.#block(3)
    return {
      name,
      parameters,
      result,
      body: result === null ? body : [...body, returnValue(this.#expression(result, 2))],
    }
  }

  #variable(role: string, type: ValueType, mutable: boolean): Variable {
    this.#nextVariable += 1
    return { id: this.#nextVariable, role, type, mutable }
  }

  #block(depth: number): Statement[] {
    const outer = this.#scope
    this.#scope = [...outer]
    const statements: Statement[] = []
    const length = 1 + this.#choices.below(Math.max(6, this.#statementsMax >> 2))
    for (let index = 0; index < length && this.#budget > 0; index++) {
      this.#budget -= 1
      statements.push(...this.#statement(depth))
    }
    this.#scope = outer
    return statements
  }

  #statement(depth: number): Statement[] {
    switch (this.#choices.below(depth > 0 ? 17 : 11)) {
      case 0:
      case 1:
        return this.#store()
      case 2:
      case 3:
      case 4:
        return this.#let()
      case 5:
      case 6:
        return this.#set()
      case 7:
        return [
          addWide(this.#input(), this.#expression('i64', 2), { offset: wideOffset + 16 * this.#choices.below(4) }),
        ]
      case 8:
        return [this.#copy()]
      case 9:
        return this.#do()
      case 10:
        return this.#jump()
      case 11:
      case 12:
      case 13:
        return [
          ifThen(
            this.#expression('i1', 3),
            this.#block(depth - 1),
            this.#choices.below(2) === 0 ? [] : this.#block(depth - 1),
          ),
        ]
      case 14:
      case 15:
        return [this.#for(depth)]
      default:
        return this.#while(depth)
    }
  }

  #let(): Statement[] {
    const type = this.#choices.of(types)
    const value = this.#expression(type, 3)
    const variable = this.#variable('v', type, this.#choices.below(2) === 1)
    this.#scope.push(variable)
    return [letVariable(variable, value)]
  }

  #set(): Statement[] {
    const candidates = this.#scope.filter((variable) => variable.mutable && variable.role === 'v')
    const [first, ...rest] = candidates
    if (!first) return this.#store()
    const variable = this.#choices.of([first, ...rest])
    return [setVariable(variable, this.#expression(variable.type, 3))]
  }

  #store(): Statement[] {
    const memory = this.#choices.of(memories as [MemoryType, ...MemoryType[]])
    const place = this.#place(memory)
    return [store(memory, place.address, this.#expression(memoryValueTypes[memory], 3), place)]
  }

  #copy(): Statement {
    const from = this.#choices.below(4)
    const sizeBytes = this.#choices.of([16, 8, 32, 96])
    return copy(
      { address: this.#input(), offset: areaOffsets.i128 + 96 },
      { address: this.#input(), offset: areaOffsets.i64 + 8 * from },
      sizeBytes,
    )
  }

  #do(): Statement[] {
    const callee = this.#functions[this.#choices.below(this.#functions.length + 1)]
    if (!callee)
      return [doCall(library('row_error', [this.#expression('i32', 2), this.#expression('i32', 1)])), mark(1, 'filter')]
    return [doCall(call(callee, this.#argumentsOf(callee)))]
  }

  #argumentsOf(callee: FunctionIr): readonly Expression[] {
    return callee.parameters.map((parameter, index) =>
      index === 0 ? this.#input() : this.#expression(parameter.type, 2),
    )
  }

  /** Jumps stand under a condition, so that what follows is reached too. */
  #jump(): Statement[] {
    const [first, ...rest] = this.#loops
    const condition = this.#expression('i1', 2)
    if (!first || this.#choices.below(4) === 3) {
      return [ifThen(condition, [returnValue(this.#result === null ? null : this.#expression(this.#result, 1))])]
    }
    const { label } = this.#choices.of([first, ...rest])
    return [ifThen(condition, [this.#choices.below(2) === 0 ? continueLoop(label) : breakLoop(label)])]
  }

  #for(depth: number): Statement {
    const variable = this.#variable('i', 'i32', false)
    const to = this.#choices.of([constI32(3), binary('and', this.#expression('i32', 1), constI32(3)), constI32(0)])
    const label = this.#label()
    this.#loops.push({ label })
    this.#scope.push(variable)
    const body = this.#block(depth - 1)
    this.#scope = this.#scope.filter((candidate) => candidate !== variable)
    this.#loops.pop()
    return forRange({ label, variable, from: this.#choices.of([constI32(0), constI32(-2)]), to, body })
  }

  #while(depth: number): Statement[] {
    const counter = this.#variable('n', 'i32', true)
    const condition = binary('and', binary('gt_s', local(counter), constI32(0)), this.#expression('i1', 2))
    const label = this.#label()
    this.#loops.push({ label })
    const body = this.#block(depth - 1)
    this.#loops.pop()
    const countDown = setVariable(counter, binary('sub', local(counter), constI32(1)))
    this.#scope.push(counter)
    return [letVariable(counter, constI32(3)), whileLoop(label, condition, [countDown, ...body])]
  }

  #label(): number {
    this.#nextLabel += 1
    return this.#nextLabel
  }

  #input(): Expression {
    const found = this.#scope.find((variable) => variable.role === 'in')
    if (!found) throw new Error('no input in scope')
    return local(found)
  }

  /** An element of the type's area, by constant offset, by index, through arithmetic, or in scratch (of integers, for which all bytes are valid). */
  #place(memory: MemoryType): {
    readonly address: Expression
    readonly offset: number
    readonly index: Expression | null
  } {
    const size = memorySizeBytes[memory]
    const index = binary('and', this.#expression('i32', 1), constI32(areaElements - 1))
    switch (this.#choices.below(memory === 'f64' || memory === 'f32' || memory === 'bool' ? 4 : 6)) {
      case 0:
        return {
          address: this.#input(),
          offset: areaOffsets[memory] + size * this.#choices.below(areaElements),
          index: null,
        }
      case 1:
      case 2:
        return { address: this.#input(), offset: areaOffsets[memory], index }
      case 3:
        return {
          address: binary('add', this.#input(), binary('mul', index, constI32(size))),
          offset: areaOffsets[memory],
          index: null,
        }
      case 4:
        return { address: scratch(16 * this.#choices.below(3)), offset: 0, index: null }
      default:
        return { address: scratch(32), offset: 0, index: constI32(1) }
    }
  }

  #expression(type: ValueType, depth: number): Expression {
    if (depth <= 0 || this.#choices.isExhausted) return this.#leaf(type)
    switch (this.#choices.below(8)) {
      case 0:
        return this.#leaf(type)
      case 1:
        return this.#load(type)
      case 2:
        return select(
          this.#expression('i1', depth - 1),
          this.#expression(type, depth - 1),
          this.#expression(type, depth - 1),
        )
      case 3:
        return this.#call(type, depth)
      case 4:
        return this.#unary(type, depth)
      default:
        return this.#binary(type, depth)
    }
  }

  #leaf(type: ValueType): Expression {
    const candidates = this.#scope.filter((variable) => variable.type === type && variable.role !== 'in')
    const [first, ...rest] = candidates
    if (first && this.#choices.below(2) === 0) return local(this.#choices.of([first, ...rest]))
    switch (type) {
      case 'i1':
        return constI1(this.#choices.below(2) === 1)
      case 'i32':
        return constI32(this.#choices.of(i32s))
      case 'i64':
        return constI64(this.#choices.of(i64s))
      case 'f64':
        return constF64(this.#choices.of(f64s))
      default:
        return constI128(this.#choices.of([0n, -1n, 2n ** 100n, -(2n ** 64n), 77n]))
    }
  }

  #load(type: ValueType): Expression {
    if (type === 'i64' && this.#choices.below(8) === 7) return load('i64', constant(this.#choices.below(2)))
    const [first, ...rest] = memories.filter((memory) => memoryValueTypes[memory] === type)
    if (!first) return this.#leaf(type)
    const memory = this.#choices.of([first, ...rest])
    const place = this.#place(memory)
    return load(memory, place.address, place)
  }

  #call(type: ValueType, depth: number): Expression {
    const callee = this.#functions.find((candidate) => candidate.result === type)
    if (callee && this.#choices.below(2) === 1) return call(callee, this.#argumentsOf(callee))
    const of = (operand: ValueType): Expression => this.#expression(operand, depth - 1)
    switch (type) {
      case 'i1':
        return library('decimal_equal', [of('i128'), of('i128')])
      case 'i32':
        return library('decimal_compare', [of('i128'), of('i128')])
      case 'i64':
        return this.#choices.below(2) === 0
          ? library('i64_gcd', [of('i64'), of('i64')])
          : library('decimal_to_i64', [of('i128'), of('i32')])
      case 'f64':
        return this.#choices.below(2) === 0
          ? library('f64_pow', [of('f64'), of('f64')])
          : library('decimal_to_f64', [of('i128'), of('i32')])
      default:
        return this.#wideCall(of)
    }
  }

  #wideCall(of: (type: ValueType) => Expression): Expression {
    switch (this.#choices.below(3)) {
      case 0:
        return library('decimal_neg', [of('i128')])
      case 1:
        return library('decimal_from_u64', [of('i64')])
      default:
        return library('decimal_add', [of('i128'), of('i32'), of('i128'), of('i32'), of('i32')])
    }
  }

  #unary(type: ValueType, depth: number): Expression {
    const operators = (Object.keys(unaryRules) as UnaryOperator[]).filter(
      (operator) => unaryRules[operator].result === type,
    )
    const [first, ...rest] = operators
    if (!first) return this.#leaf(type)
    const operator = this.#choices.of([first, ...rest])
    const operand = this.#choices.of(unaryRules[operator].operands as [ValueType, ...ValueType[]])
    if (operator === 'i32_trunc_f64')
      return unary(operator, unary('f64_from_i32_s', this.#expression('i32', depth - 1)))
    if (operator === 'i64_trunc_f64')
      return unary(
        operator,
        binary(
          'mul',
          unary('f64_from_i64_s', this.#expression('i64', depth - 1)),
          constF64(this.#choices.of([0.25, 1 / 3, 2 ** -40])),
        ),
      )
    return unary(operator, this.#expression(operand, depth - 1))
  }

  #binary(type: ValueType, depth: number): Expression {
    const operators = (Object.keys(binaryRules) as BinaryOperator[]).filter((operator) => {
      const rule = binaryRules[operator]
      return rule.result === 'i1' ? type === 'i1' : rule.operands.includes(type)
    })
    const [first, ...rest] = operators
    if (!first) return this.#leaf(type)
    const operator = this.#choices.of([first, ...rest])
    const rule = binaryRules[operator]
    const operandType = rule.result === 'i1' ? this.#choices.of(rule.operands as [ValueType, ...ValueType[]]) : type
    const left = this.#expression(operandType, depth - 1)
    return binary(operator, left, this.#rightOperand(operator, this.#expression(operandType, depth - 1), operandType))
  }

  #rightOperand(operator: BinaryOperator, right: Expression, type: ValueType): Expression {
    if (!/^(div|rem)_/.test(operator)) return right
    if (right.kind === 'const') return right.value === 0 || right.value === 0n ? this.#one(type) : right
    return binary('or', right, this.#one(type))
  }

  #one(type: ValueType): Expression {
    return type === 'i32' ? constI32(1) : constI64(1n)
  }
}
