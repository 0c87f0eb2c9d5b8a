import { generate, GENERATOR } from 'astring'
import type { Generator } from 'astring'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { Js, JsStatement, PlanMark } from './nodes.ts'

interface PrinterState {
  write(text: string): void
  indentLevel: number
  /** Of the text written so far, once there is a program. */
  line?: number
  marks?: PrintedMark[]
}

/** A mark and the line (1-based) on which its comment stands. */
export interface PrintedMark {
  readonly line: number
  readonly mark: PlanMark
}

interface Program {
  readonly type: 'Program'
  readonly body: readonly JsStatement[]
  readonly marks: PrintedMark[]
}

type Printable = Js | JsStatement
type Node<T extends Printable['type']> = Extract<Printable, { readonly type: T }>

/**
 * What astring does not know (comments without the parser's, placeholders that have received statements, marks), and the nodes that
 * most of a unit consists of, in the few forms that we make of them: each in as few pieces of text as it has.
 */
const ours = {
  Program({ body, marks }: Program, state: PrinterState): void {
    state.line = 1
    state.marks = marks
    writeStatements(body, { state, before: '', after: '\n' })
  },
  BlockStatement({ body }: Node<'BlockStatement'>, state: PrinterState): void {
    const level = state.indentLevel
    const line = state.line
    state.write('{')
    state.indentLevel = level + 1
    writeStatements(body, { state, before: lineStart(level + 1), after: '' })
    state.indentLevel = level
    if (state.line !== line) endLine(state, lineStart(level))
    state.write('}')
  },
  MarkComment({ text, mark }: Node<'MarkComment'>, state: PrinterState): void {
    if (mark !== null) state.marks?.push({ line: state.line ?? 1, mark })
    state.write(`// ${text}`)
  },
  IfStatement({ test, consequent, alternate }: Node<'IfStatement'>, state: PrinterState): void {
    state.write('if (')
    write(test, state)
    state.write(') ')
    write(consequent, state)
    if (alternate === null) return
    state.write(' else ')
    write(alternate, state)
  },
  ForStatement({ name: { name }, from, to, body }: Node<'ForStatement'>, state: PrinterState): void {
    state.write(`for (let ${name} = `)
    write(from, state)
    state.write(`; ${name} < `)
    writeOperand(to, state, precedenceOf('<') + 1)
    state.write(`; ${name}++) `)
    write(body, state)
  },
  VariableDeclaration({ kind, id, init }: Node<'VariableDeclaration'>, state: PrinterState): void {
    state.write(`${kind} ${id.name} = `)
    write(init, state)
    state.write(';')
  },
  MemberExpression({ object, property, computed }: Node<'MemberExpression'>, state: PrinterState): void {
    if (property.type === 'Identifier') {
      state.write(computed ? `${object.name}[${property.name}]` : `${object.name}.${property.name}`)
      return
    }
    state.write(`${object.name}[`)
    write(property, state)
    state.write(']')
  },
  ExpressionStatement({ expression }: Node<'ExpressionStatement'>, state: PrinterState): void {
    write(expression, state)
    state.write(';')
  },
  AssignmentExpression({ left, right }: Node<'AssignmentExpression'>, state: PrinterState): void {
    write(left, state)
    state.write(' = ')
    write(right, state)
  },
  /** Callees are names and members of the few objects that there are. */
  CallExpression({ callee, arguments: parameters }: Node<'CallExpression'>, state: PrinterState): void {
    write(callee, state)
    let before = '('
    for (const parameter of parameters) {
      state.write(before)
      write(parameter, state)
      before = ', '
    }
    state.write(parameters.length === 0 ? '()' : ')')
  },
  BinaryExpression({ operator, left, right }: Node<'BinaryExpression'>, state: PrinterState): void {
    const outer = precedenceOf(operator)
    writeOperand(left, state, outer)
    state.write(` ${operator} `)
    writeOperand(right, state, outer + 1)
  },
  LogicalExpression({ operator, left, right }: Node<'LogicalExpression'>, state: PrinterState): void {
    const outer = precedenceOf(operator)
    writeOperand(left, state, outer)
    state.write(operator === '&&' ? ' && ' : ' || ')
    writeOperand(right, state, outer + 1)
  },
}

const indent = '  '
const lineStarts: readonly string[] = Array.from({ length: 16 }, (_, level) => `\n${indent.repeat(level)}`)

function lineStart(level: number): string {
  return lineStarts[level] ?? `\n${indent.repeat(level)}`
}

type Writers = Readonly<Record<string, ((this: Writers, node: unknown, state: PrinterState) => void) | undefined>>
const generator = { ...GENERATOR, ...ours } as unknown as Generator
const writers = generator as unknown as Writers

/** By name for the nodes that there are most of: a look at the table is dear where V8 does not know which it will be. */
function write(node: Printable, state: PrinterState): void {
  switch (node.type) {
    case 'Identifier':
      state.write(node.name)
      return
    case 'Literal':
      state.write(node.raw)
      return
    case 'BinaryExpression':
      ours.BinaryExpression(node, state)
      return
    case 'LogicalExpression':
      ours.LogicalExpression(node, state)
      return
    case 'MemberExpression':
      ours.MemberExpression(node, state)
      return
    case 'CallExpression':
      ours.CallExpression(node, state)
      return
    case 'VariableDeclaration':
      ours.VariableDeclaration(node, state)
      return
    case 'ExpressionStatement':
      ours.ExpressionStatement(node, state)
      return
    case 'AssignmentExpression':
      ours.AssignmentExpression(node, state)
      return
    case 'IfStatement':
      ours.IfStatement(node, state)
      return
    case 'BlockStatement':
      ours.BlockStatement(node, state)
      return
    case 'ForStatement':
      ours.ForStatement(node, state)
      return
    default:
      writers[node.type]?.(node, state)
  }
}

/** JavaScript text of a list of statements, and where its marks are. */
export function printStatements(body: readonly JsStatement[]): {
  readonly source: string
  readonly marks: readonly PrintedMark[]
} {
  const program: Program = { type: 'Program', body, marks: [] }
  return { source: generate(program, { generator, indent }), marks: program.marks }
}

interface Around {
  readonly state: PrinterState
  /** Written before and after every statement: one of them ends the line. */
  readonly before: string
  readonly after: string
}

/** Statements in line, with what placeholders received in their place. */
function writeStatements(body: readonly JsStatement[], around: Around): void {
  const { state, before, after } = around
  for (const statement of body) {
    if (statement.type === 'Later') {
      writeStatements(statement.statements, around)
      continue
    }
    if (before !== '') endLine(state, before)
    write(statement, state)
    if (after !== '') endLine(state, after)
  }
}

function endLine(state: PrinterState, text: string): void {
  state.line = (state.line ?? 1) + 1
  state.write(text)
}

/** In parentheses where it binds less than `least`. */
function writeOperand(node: Js, state: PrinterState, least: number): void {
  if (bindingOf(node) >= least) {
    write(node, state)
    return
  }
  state.write('(')
  write(node, state)
  state.write(')')
}

function bindingOf(node: Js): number {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      return precedenceOf(node.operator)
    case 'ConditionalExpression':
    case 'AssignmentExpression':
      return 0
    default:
      return 100
  }
}

/** Of the operators between two operands: the greater, the closer they bind. */
function precedenceOf(operator: string): number {
  switch (operator) {
    case '||':
      return 1
    case '&&':
      return 2
    case '|':
      return 3
    case '^':
      return 4
    case '&':
      return 5
    case '===':
    case '!==':
      return 6
    case '<':
    case '<=':
    case '>':
    case '>=':
      return 7
    case '<<':
    case '>>':
    case '>>>':
      return 8
    case '+':
    case '-':
      return 9
    case '*':
    case '/':
    case '%':
      return 10
    default:
      throw new InternalError(`no operator ${operator}`)
  }
}
