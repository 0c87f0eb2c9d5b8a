import { unreachable } from '../../sql/base/assert.ts'
import { signatureOf, typeOf } from './build.ts'
import type { Expression, FunctionIr, Statement, ValueType, Variable } from './ir.ts'
import { blocksOf, expressionsOf, operandsOf } from './walk.ts'

/**
 * Upper bounds of the V8 bytecode that the JavaScript back end makes of IR, in bytes. Every instruction is counted in its wide form
 * (two-byte operands), as it is in functions with more than 127 registers. cost.test.ts holds the bound against `--print-bytecode`.
 * IR does not change once it is made, so that a statement is counted once, however often the passes that share the counts ask.
 */
export class Costs {
  readonly #functions = new Map<FunctionIr, number>()
  readonly #known = new Map<Statement, number>()

  /** Nothing is noted about the statements: most functions are small, and nobody asks for less than the whole. */
  functionBytes(subject: FunctionIr): number {
    const known = this.#functions.get(subject)
    if (known !== undefined) return known
    let total = 64
    for (const parameter of subject.parameters) total += isWide(parameter.type) ? 3 * part : 16
    total += blockCostBytes(subject.body)
    this.#functions.set(subject, total)
    return total
  }

  blockBytes(block: readonly Statement[]): number {
    let total = 0
    for (const statement of block) total += this.statementBytes(statement)
    return total
  }

  statementBytes(statement: Statement): number {
    const known = this.#known.get(statement)
    if (known !== undefined) return known
    let total = ownCostBytes(statement) + operandsCostBytes(statement)
    for (const block of blocksOf(statement)) total += this.blockBytes(block)
    this.#known.set(statement, total)
    return total
  }
}

function blockCostBytes(block: readonly Statement[]): number {
  let total = 0
  for (const statement of block) {
    total += ownCostBytes(statement) + operandsCostBytes(statement)
    for (const inner of blocksOf(statement)) total += blockCostBytes(inner)
  }
  return total
}

/** Without a list of them for the statements that there are most of. */
function operandsCostBytes(statement: Statement): number {
  switch (statement.kind) {
    case 'let':
    case 'set':
      return expressionCostBytes(statement.value)
    case 'if':
      return expressionCostBytes(statement.condition)
    default: {
      let total = 0
      for (const expression of expressionsOf(statement)) total += expressionCostBytes(expression)
      return total
    }
  }
}

/** Loading a variable into the accumulator, or storing it from there. */
const move = 6
/** Index arithmetic and the keyed access. */
const access = 30
/** The part of an address that is computed once, where its base is declared. */
const hoist = 22
/** `BigInt.asIntN(64, ..)` without its operand. */
const wrap = 40
/** One of the forms of an i64 in memory: whole, low half, high half. */
const part = access + move
/** Passing a value through the conversion cell. */
const spill = 64

function ownCostBytes(statement: Statement): number {
  switch (statement.kind) {
    case 'let':
      return letCostBytes(statement)
    case 'set':
      return statement.variable.type === 'i128' ? 4 * access : statement.variable.type === 'i64' ? access : move
    case 'store':
      return statement.memory === 'i128'
        ? 5 * access + hoist
        : statement.memory === 'i64'
          ? 2 * access + hoist
          : access + hoist
    case 'add_wide':
      return 4 * access + 4 * wrap + 120
    case 'copy':
      return 2 * access * Math.min(8, statement.sizeBytes / 8) + 2 * access + hoist
    case 'if':
      return 16
    case 'for':
      return 64
    case 'while':
      return 32
    case 'do':
      return callCost(statement.call)
    case 'return':
      return 2 * access
    case 'break':
    case 'continue':
      return 8
    case 'mark':
      return 0
    default:
      return unreachable(statement)
  }
}

/** An i64 that is loaded is there in up to three forms, of which the load itself counts as one. */
function letCostBytes({ variable, value }: Statement & { readonly kind: 'let' }): number {
  if (variable.type === 'i128') return 4 * access
  if (variable.type !== 'i64') return move
  if (variable.mutable) return access
  return value.kind === 'load' ? 2 * part + move : move
}

export function expressionCostBytes(expression: Expression): number {
  const own = nodeCostBytes(expression)
  switch (expression.kind) {
    case 'const':
    case 'local':
    case 'constant':
    case 'scratch':
      return own
    case 'unary':
      return own + expressionCostBytes(expression.operand)
    case 'binary':
      return own + expressionCostBytes(expression.left) + expressionCostBytes(expression.right)
    default: {
      let total = own
      for (const operand of operandsOf(expression)) total += expressionCostBytes(operand)
      return total
    }
  }
}

function nodeCostBytes(expression: Expression): number {
  switch (expression.kind) {
    case 'const':
      return typeof expression.value === 'bigint' && expression.value < 0n ? wrap + move : move
    case 'local':
      return isInMemory(expression.variable) ? access : move
    case 'constant':
    case 'scratch':
      return move
    case 'load':
      return access + hoist + (expression.memory === 'u32' ? 2 * wrap : expression.memory === 'i128' ? access : 0)
    case 'unary':
      return unaryCost(expression)
    case 'binary':
      return binaryCost(expression)
    case 'select':
      return typeOf(expression) === 'i64' ? wrap + 50 : 24
    case 'library':
    case 'call':
      return callCost(expression)
    default:
      return unreachable(expression)
  }
}

function isWide(type: ValueType): boolean {
  return type === 'i64' || type === 'i128'
}

/** i64 that change and all i128 are cells. */
function isInMemory({ type, mutable }: Variable): boolean {
  return type === 'i128' || (type === 'i64' && mutable)
}

function unaryCost({ operator, operand }: Expression & { readonly kind: 'unary' }): number {
  switch (operator) {
    case 'i64_trunc_f64':
    case 'nearest':
      return 3 * spill
    case 'f64_from_i64_s':
    case 'f64_from_i64_u':
    case 'f64_bits':
    case 'f64_from_bits':
    case 'i128_from_i64':
      return 2 * spill
    case 'i64_from_i32_s':
    case 'i64_from_i32_u':
      return 2 * wrap
    default:
      return typeOf(operand) === 'i64' ? spill + access : 24
  }
}

function binaryCost(expression: Expression & { readonly kind: 'binary' }): number {
  const { operator, left, right } = expression
  const isWhole = typeOf(left) === 'i64'
  switch (operator) {
    case 'mul_overflows':
    case 'mul_overflows_u':
      return isWhole ? 9 * wrap + 60 : 50
    case 'add_overflows':
    case 'add_overflows_u':
    case 'sub_overflows':
    case 'sub_overflows_u':
      return isWhole ? wrap + 80 : 70
    case 'lt_s':
    case 'le_s':
    case 'gt_s':
    case 'ge_s':
      return 22
    case 'eq':
    case 'ne':
      return isWhole ? 110 : 22
    case 'div_u':
    case 'rem_u':
      return isWhole ? 6 * wrap + 3 * access : 22
    case 'shl':
    case 'shr_s':
    case 'shr_u':
      return isWhole ? (right.kind === 'const' ? wrap + 24 : 12 * access) : 22
    default:
      return isWhole ? wrap + 24 : 22
  }
}

function callCost(call: Expression & { readonly kind: 'library' | 'call' }): number {
  const inCells =
    call.kind === 'call' ? call.arguments.filter((argument) => !['i1', 'i32'].includes(typeOf(argument))).length : 0
  const result = call.kind === 'call' ? call.result : signatureOf(call.name).result
  return (
    24 +
    8 * call.arguments.length +
    3 * access * inCells +
    (result === null || result === 'i1' || result === 'i32' ? 0 : 2 * access)
  )
}
