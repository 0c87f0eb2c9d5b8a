import { InternalError } from '../../sql/base/diagnostic.ts'

/**
 * The only place that makes nodes of JavaScript: ESTree's, and of declarations and loops what differs between ours. What cannot be built here cannot be generated: identifiers are names that were
 * minted (names.ts), property access reaches memory views and a fixed list of functions, literals are numbers, bigints
 * and booleans, and comments are made of fixed words and numbers.
 */
export type ViewName = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'f32' | 'f64' | 'i64'

/** An identifier of generated code. Only `mint` and `fixedNames` make them. */
export interface Name {
  readonly type: 'Identifier'
  readonly name: string
  readonly brand: 'minted'
}

export type Js =
  | Name
  | {
      readonly type: 'Literal'
      readonly value: number | bigint | boolean
      readonly bigint?: string
      readonly raw: string
    }
  | {
      readonly type: 'UnaryExpression'
      readonly operator: '-' | '!' | '~'
      readonly prefix: true
      readonly argument: Js
    }
  | { readonly type: 'BinaryExpression'; readonly operator: string; readonly left: Js; readonly right: Js }
  | { readonly type: 'LogicalExpression'; readonly operator: '&&' | '||'; readonly left: Js; readonly right: Js }
  | { readonly type: 'ConditionalExpression'; readonly test: Js; readonly consequent: Js; readonly alternate: Js }
  | { readonly type: 'AssignmentExpression'; readonly operator: '='; readonly left: Js; readonly right: Js }
  | {
      readonly type: 'CallExpression'
      readonly callee: Js
      readonly arguments: readonly Js[]
      readonly optional: false
    }
  | {
      readonly type: 'MemberExpression'
      readonly object: Name
      readonly property: Js
      readonly computed: true
      readonly optional: false
    }
  | {
      readonly type: 'MemberExpression'
      readonly object: Name
      readonly property: Name
      readonly computed: false
      readonly optional: false
    }
  | { readonly type: 'ObjectExpression'; readonly properties: readonly unknown[] }

export type JsStatement =
  | {
      readonly type: 'VariableDeclaration'
      readonly kind: 'const' | 'let'
      readonly id: Name
      readonly init: Js
    }
  | { readonly type: 'ExpressionStatement'; readonly expression: Js }
  | {
      readonly type: 'IfStatement'
      readonly test: Js
      readonly consequent: JsStatement
      readonly alternate: JsStatement | null
    }
  | { readonly type: 'BlockStatement'; readonly body: readonly JsStatement[] }
  /** `for (let name = from; name < to; name++) { body }` */
  | {
      readonly type: 'ForStatement'
      readonly name: Name
      readonly from: Js
      readonly to: Js
      readonly body: JsStatement
    }
  | { readonly type: 'WhileStatement'; readonly test: Js; readonly body: JsStatement }
  | { readonly type: 'LabeledStatement'; readonly label: Name; readonly body: JsStatement }
  | { readonly type: 'BreakStatement' | 'ContinueStatement'; readonly label: Name | null }
  | { readonly type: 'ReturnStatement'; readonly argument: Js | null }
  | {
      readonly type: 'FunctionDeclaration'
      readonly id: Name
      readonly params: readonly Name[]
      readonly body: JsStatement
      readonly generator: false
      readonly async: false
    }
  /** `// plan <node> <operator> <span>`, or another comment of words and numbers. */
  | { readonly type: 'MarkComment'; readonly text: string; readonly mark: PlanMark | null }
  /** A place that may still receive statements; printed in line. */
  | { readonly type: 'Later'; readonly statements: readonly JsStatement[] }

/** What follows comes from this plan node; `span` as in the IR's mark. */
export interface PlanMark {
  readonly planNode: number
  readonly operator: string
  readonly span: number | null
}

const word = /^[a-z][a-z0-9_]*$/

/** Names of one unit: a role of fixed vocabulary and a counter, so that no two are equal and none comes from SQL. */
export class NameMint {
  #count = 0
  readonly #roles = new Set<string>()

  mint(role: string): Name {
    if (!this.#roles.has(role)) this.#check(role)
    this.#count += 1
    return { type: 'Identifier', name: `${role}_${this.#count}`, brand: 'minted' }
  }

  #check(role: string): void {
    if (!word.test(role)) throw new InternalError('a role is lower-case words')
    this.#roles.add(role)
  }
}

function fixed(name: string): Name {
  return { type: 'Identifier', name, brand: 'minted' }
}

/** Parameters of every unit, in order. */
export const unitParameters = {
  memory: fixed('memory'),
  library: fixed('library'),
  constants: fixed('constants'),
  scratch: fixed('scratch'),
} as const

export const viewNames: Readonly<Record<ViewName, Name>> = {
  i8: fixed('i8'),
  u8: fixed('u8'),
  i16: fixed('i16'),
  u16: fixed('u16'),
  i32: fixed('i32'),
  u32: fixed('u32'),
  f32: fixed('f32'),
  f64: fixed('f64'),
  i64: fixed('i64'),
}

export type MathName = 'imul' | 'fround' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'min' | 'max'

/** Every literal of generated code: the values that JavaScript has no literal for (NaN, infinities, -0, negatives) are built from ones it has. */
export function literal(value: number | bigint | boolean): Js {
  if (typeof value === 'boolean') return { type: 'Literal', value, raw: String(value) }
  if (typeof value === 'bigint') return bigintLiteral(value)
  if (Number.isNaN(value)) return infix('/', literal(0), literal(0))
  if (value === Infinity) return infix('/', literal(1), literal(0))
  if (value < 0 || Object.is(value, -0))
    return { type: 'UnaryExpression', operator: '-', prefix: true, argument: literal(-value) }
  return small[value] ?? { type: 'Literal', value, raw: String(value) }
}

/** Nodes do not change: those that come again and again are made once. */
const small: readonly Js[] = Array.from({ length: 64 }, (_, value) => ({ type: 'Literal', value, raw: String(value) }))

/** A negative one wraps from above: V8 keeps `asIntN(64, literal)` in a register, `-literal` becomes an object (docs/internals/javascript-tier.md). */
function bigintLiteral(value: bigint): Js {
  if (value < 0n) return wrap64(bigintLiteral(BigInt.asUintN(64, value)))
  const text = String(value)
  return { type: 'Literal', value, bigint: text, raw: `${text}n` }
}

export function infix(operator: string, left: Js, right: Js): Js {
  return { type: 'BinaryExpression', operator, left, right }
}

const zero = literal(0)
const bits64 = literal(64)
const asIntN = member(fixed('BigInt'), 'asIntN')
const asUintN = member(fixed('BigInt'), 'asUintN')

/** `value | 0` */
export function wrap32(value: Js): Js {
  return infix('|', value, zero)
}

/** `BigInt.asIntN(64, value)` */
export function wrap64(value: Js): Js {
  return callOf(asIntN, [bits64, value])
}

export function unsigned64(value: Js): Js {
  return callOf(asUintN, [bits64, value])
}

/** `BigInt(value)` */
export function bigintOf(value: Js): Js {
  return callOf(fixed('BigInt'), [value])
}

export function mathCall(name: MathName, parameters: readonly Js[]): Js {
  return callOf(member(fixed('Math'), name), parameters)
}

export function not(argument: Js): Js {
  return { type: 'UnaryExpression', operator: '!', prefix: true, argument }
}

export function negate(argument: Js): Js {
  return { type: 'UnaryExpression', operator: '-', prefix: true, argument }
}

export function both(left: Js, right: Js): Js {
  return { type: 'LogicalExpression', operator: '&&', left, right }
}

export function either(left: Js, right: Js): Js {
  return { type: 'LogicalExpression', operator: '||', left, right }
}

export function choose(test: Js, consequent: Js, alternate: Js): Js {
  return { type: 'ConditionalExpression', test, consequent, alternate }
}

export function callOf(callee: Js, parameters: readonly Js[]): Js {
  return { type: 'CallExpression', callee, arguments: parameters, optional: false }
}

/** `view[index]` */
export function element(view: ViewName, index: Js): Js {
  return { type: 'MemberExpression', object: viewNames[view], property: index, computed: true, optional: false }
}

/** `constants[index]` */
export function constantElement(index: number): Js {
  return {
    type: 'MemberExpression',
    object: unitParameters.constants,
    property: literal(index),
    computed: true,
    optional: false,
  }
}

/** `memory.view` */
export function viewOf(view: ViewName): Js {
  return member(unitParameters.memory, view)
}

/** `library.name`; the name is one of the signature table's. */
export function libraryMember(name: string): Js {
  return member(unitParameters.library, name)
}

function member(object: Name, property: string): Js {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(property)) throw new InternalError('a property is a word')
  return { type: 'MemberExpression', object, property: fixed(property), computed: false, optional: false }
}

export function constDeclaration(name: Name, value: Js): JsStatement {
  return declaration('const', name, value)
}

export function letDeclaration(name: Name, value: Js): JsStatement {
  return declaration('let', name, value)
}

function declaration(kind: 'const' | 'let', id: Name, init: Js): JsStatement {
  return { type: 'VariableDeclaration', kind, id, init }
}

export function assign(target: Js, value: Js): JsStatement {
  return expressionStatement({ type: 'AssignmentExpression', operator: '=', left: target, right: value })
}

export function expressionStatement(expression: Js): JsStatement {
  return { type: 'ExpressionStatement', expression }
}

export function block(body: readonly JsStatement[]): JsStatement {
  return { type: 'BlockStatement', body }
}

export function ifStatement(
  test: Js,
  consequent: readonly JsStatement[],
  alternate: readonly JsStatement[],
): JsStatement {
  return {
    type: 'IfStatement',
    test,
    consequent: block(consequent),
    alternate: alternate.length > 0 ? elseBranch(alternate) : null,
  }
}

function elseBranch(alternate: readonly JsStatement[]): JsStatement {
  const [only] = alternate
  return alternate.length === 1 && only?.type === 'IfStatement' ? only : block(alternate)
}

export function forStatement(
  name: Name,
  range: { readonly from: Js; readonly to: Js },
  body: readonly JsStatement[],
): JsStatement {
  return { type: 'ForStatement', name, from: range.from, to: range.to, body: block(body) }
}

export function whileStatement(test: Js, body: readonly JsStatement[]): JsStatement {
  return { type: 'WhileStatement', test, body: block(body) }
}

export function labeled(label: Name, body: JsStatement): JsStatement {
  return { type: 'LabeledStatement', label, body }
}

export function jump(kind: 'break' | 'continue', label: Name | null): JsStatement {
  return { type: kind === 'break' ? 'BreakStatement' : 'ContinueStatement', label }
}

export function returnStatement(argument: Js | null): JsStatement {
  return { type: 'ReturnStatement', argument }
}

export function functionDeclaration(id: Name, params: readonly Name[], body: readonly JsStatement[]): JsStatement {
  return { type: 'FunctionDeclaration', id, params, body: block(body), generator: false, async: false }
}

/** `// unit <name>` */
export function unitComment(name: string): JsStatement {
  return { type: 'MarkComment', text: `unit ${commentWord(name)}`, mark: null }
}

/** `// plan <node> <operator>`, with ` span <number>` where there is one. */
export function markComment(mark: PlanMark): JsStatement {
  const { planNode, operator, span } = mark
  const text = `plan ${planNode} ${commentWord(operator)}`
  return { type: 'MarkComment', text: span === null ? text : `${text} span ${span}`, mark }
}

function commentWord(text: string): string {
  if (!word.test(text)) throw new InternalError('a comment is made of words')
  return text
}

/** `return { key: name, .. }` */
export function returnExports(entries: readonly { readonly key: string; readonly name: Name }[]): JsStatement {
  const properties = entries.map(({ key, name }) => {
    if (!word.test(key)) throw new InternalError('an export is a word')
    return {
      type: 'Property',
      kind: 'init',
      key: fixed(key),
      value: name,
      method: false,
      shorthand: false,
      computed: false,
    }
  })
  return returnStatement({ type: 'ObjectExpression', properties })
}
