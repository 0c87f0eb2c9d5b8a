import { unreachable } from '../../sql/base/assert.ts'
import type { Expression, FunctionIr, ModuleIr, Statement, Variable } from './ir.ts'

/**
 * The stable text form of kernel IR, for golden files and bug reports:
 *
 *     unit pipeline_0 constants=1 scratch=16
 *     export function update(in_0: i32, count_1: i32)
 *       for row_2 = 0 .. count_1 @1
 *         let key_3 = load.i64 (in_0 + 8192)[row_2]
 */
export function printModule(module: ModuleIr): string {
  const exported = new Set(module.exports)
  const head = `unit ${module.name} constants=${module.constantCount} scratch=${module.scratchSizeBytes}`
  return (
    [
      head,
      ...module.functions.flatMap((subject) => printFunction(subject, exported.has(subject.name) ? 'export ' : '')),
    ].join('\n') + '\n'
  )
}

function printFunction(subject: FunctionIr, prefix: string): readonly string[] {
  const parameters = subject.parameters.map((variable) => `${name(variable)}: ${variable.type}`).join(', ')
  const result = subject.result === null ? '' : `: ${subject.result}`
  return [`${prefix}function ${subject.name}(${parameters})${result}`, ...printBlock(subject.body, 1)]
}

function printBlock(block: readonly Statement[], depth: number): readonly string[] {
  return block.flatMap((statement) => printStatement(statement, depth))
}

function printStatement(statement: Statement, depth: number): readonly string[] {
  const indent = '  '.repeat(depth)
  const head = indent + statementHead(statement)
  switch (statement.kind) {
    case 'if': {
      const otherwise =
        statement.otherwise.length > 0 ? [`${indent}else`, ...printBlock(statement.otherwise, depth + 1)] : []
      return [head, ...printBlock(statement.then, depth + 1), ...otherwise]
    }
    case 'for':
    case 'while':
      return [head, ...printBlock(statement.body, depth + 1)]
    default:
      return [head]
  }
}

function statementHead(statement: Statement): string {
  switch (statement.kind) {
    case 'let':
      return `let ${statement.variable.mutable ? 'mutable ' : ''}${name(statement.variable)} = ${printExpression(statement.value)}`
    case 'set':
      return `set ${name(statement.variable)} = ${printExpression(statement.value)}`
    case 'store':
      return `store.${statement.memory} ${place(statement)} = ${printExpression(statement.value)}`
    case 'add_wide':
      return `add_wide ${address(statement.address, statement.offset)} += ${printExpression(statement.value)}`
    case 'copy':
      return `copy ${address(statement.to, statement.toOffset)} = ${address(statement.from, statement.fromOffset)} size=${statement.sizeBytes}`
    case 'if':
      return `if ${printExpression(statement.condition)}`
    case 'for':
      return `for ${name(statement.variable)} = ${printExpression(statement.from)} .. ${printExpression(statement.to)} @${statement.label}`
    case 'while':
      return `while ${printExpression(statement.condition)} @${statement.label}`
    case 'break':
    case 'continue':
      return `${statement.kind} @${statement.label}`
    case 'do':
      return `do ${printExpression(statement.call)}`
    case 'return':
      return statement.value ? `return ${printExpression(statement.value)}` : 'return'
    case 'mark':
      return `# ${statement.planNode} ${statement.operator}`
    default:
      return unreachable(statement)
  }
}

/** One line; operators are prefix words so that nothing needs precedence. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'const':
      return printConstant(expression)
    case 'local':
      return name(expression.variable)
    case 'constant':
      return `constant${expression.index}`
    case 'scratch':
      return `scratch${expression.offset}`
    case 'load':
      return `load.${expression.memory} ${place(expression)}`
    case 'unary':
      return `${expression.operator}(${printExpression(expression.operand)})`
    case 'binary':
      return `${expression.operator}(${printExpression(expression.left)}, ${printExpression(expression.right)})`
    case 'select':
      return `select(${[expression.condition, expression.yes, expression.no].map(printExpression).join(', ')})`
    case 'library':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`
    case 'call':
      return `${expression.function}(${expression.arguments.map(printExpression).join(', ')})`
    default:
      return unreachable(expression)
  }
}

function printConstant(expression: Expression & { readonly kind: 'const' }): string {
  const { value, type } = expression
  if (typeof value === 'number' && Object.is(value, -0)) return `-0:${type}`
  return type === 'i32' || type === 'i1' ? String(value) : `${value}:${type}`
}

function place(access: {
  readonly address: Expression
  readonly offset: number
  readonly index: Expression | null
}): string {
  const base = address(access.address, access.offset)
  return access.index ? `${base}[${printExpression(access.index)}]` : base
}

function address(base: Expression, offset: number): string {
  return offset === 0 ? `(${printExpression(base)})` : `(${printExpression(base)} + ${offset})`
}

function name(variable: Variable): string {
  return `${variable.role}_${variable.id}`
}
