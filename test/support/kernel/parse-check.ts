import { parse } from 'acorn'
import type { AnyNode } from 'acorn'
import { librarySignatures } from '../../../runtime/abi/library.ts'

/**
 * The judge of codegen/javascript/check.ts: generated text is parsed by acorn, which knows nothing of our builders, and every node
 * must be one of those that a unit consists of. What is not listed here is refused.
 */
export function findParsedProblem(source: string): string | null {
  const comments: string[] = []
  try {
    const program = parse(source, {
      ecmaVersion: 2022,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      onComment: (isBlock, text) => void comments.push(isBlock ? `*${text}` : text),
    })
    for (const comment of comments)
      if (!/^ (unit|plan)( [a-z0-9_]+)+$/.test(comment)) return 'a comment that is no mark'
    new Checker().check(program)
    return null
  } catch (error) {
    if (error instanceof Refusal || error instanceof SyntaxError) return error.message
    throw error
  }
}

class Refusal extends Error {}

const mintedName = /^[a-z][a-z0-9_]*_[0-9]+$/
const views = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32', 'f64', 'i64']
const viewSet = new Set(views)
const mathSet = new Set(['imul', 'fround', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'min', 'max'])
const bigintSet = new Set(['asIntN', 'asUintN'])
const binaryOperators = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  '>>>',
  '===',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
])

type NodeOf<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>

function refuse(node: { readonly type: string; readonly start: number }): never {
  throw new Refusal(`${node.type} at ${node.start} is not part of generated code`)
}

class Checker {
  readonly #declared = new Set<string>()

  check(node: AnyNode): void {
    switch (node.type) {
      case 'Program':
        this.#hoistFunctions(node.body)
        this.#all(node.body)
        return
      case 'BlockStatement':
        this.#all(node.body)
        return
      case 'FunctionDeclaration':
        this.#function(node)
        return
      case 'VariableDeclaration':
        this.#declaration(node)
        return
      case 'ExpressionStatement':
        if (node.expression.type !== 'AssignmentExpression' && node.expression.type !== 'CallExpression') refuse(node)
        this.check(node.expression)
        return
      case 'IfStatement':
        this.#all([node.test, node.consequent, node.alternate])
        return
      case 'ForStatement':
        if (node.init?.type !== 'VariableDeclaration' || node.init.kind !== 'let') refuse(node)
        this.#all([node.init, node.test, node.update, node.body])
        return
      case 'WhileStatement':
        this.#all([node.test, node.body])
        return
      case 'LabeledStatement':
        this.#name(node.label)
        this.#declare(node.label)
        this.check(node.body)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        if (node.label) this.#known(node.label)
        return
      case 'ReturnStatement':
        if (node.argument?.type === 'ObjectExpression') this.#exports(node.argument)
        else if (node.argument) this.check(node.argument)
        return
      default:
        this.#expression(node)
    }
  }

  #expression(node: AnyNode): void {
    switch (node.type) {
      case 'Identifier':
        this.#known(node)
        return
      case 'Literal':
        if (!['number', 'bigint', 'boolean'].includes(typeof node.value)) refuse(node)
        return
      case 'UnaryExpression':
        if (!['-', '!', '~'].includes(node.operator)) refuse(node)
        this.check(node.argument)
        return
      case 'BinaryExpression':
        if (!binaryOperators.has(node.operator) || node.left.type === 'PrivateIdentifier') refuse(node)
        this.#all([node.left, node.right])
        return
      case 'LogicalExpression':
        if (node.operator === '??') refuse(node)
        this.#all([node.left, node.right])
        return
      case 'ConditionalExpression':
        this.#all([node.test, node.consequent, node.alternate])
        return
      case 'AssignmentExpression':
        if (node.operator !== '=' || !isTarget(node.left)) refuse(node)
        this.#all([node.left, node.right])
        return
      case 'UpdateExpression':
        if (node.argument.type !== 'Identifier') refuse(node)
        this.#known(node.argument)
        return
      case 'CallExpression':
        this.#call(node)
        return
      case 'MemberExpression':
        this.#member(node)
        return
      default:
        refuse(node)
    }
  }

  #all(nodes: readonly (AnyNode | null | undefined)[]): void {
    for (const node of nodes) if (node) this.check(node)
  }

  #hoistFunctions(body: readonly AnyNode[]): void {
    for (const node of body) if (node.type === 'FunctionDeclaration' && node.id) this.#declare(node.id)
  }

  #function(node: NodeOf<'FunctionDeclaration'>): void {
    if (node.async || node.generator) refuse(node)
    this.#name(node.id)
    for (const parameter of node.params) {
      if (parameter.type !== 'Identifier') refuse(parameter)
      this.#name(parameter)
      this.#declare(parameter)
    }
    this.#all(node.body.body)
  }

  #declaration(node: NodeOf<'VariableDeclaration'>): void {
    if (node.kind !== 'const' && node.kind !== 'let') refuse(node)
    for (const { id, init } of node.declarations) {
      if (id.type !== 'Identifier' || !init) return refuse(node)
      if (!(node.kind === 'const' && isViewImport(id.name, init))) {
        this.#name(id)
        if (!isImport(init)) this.check(init)
      }
      this.#declare(id)
    }
  }

  #call(node: NodeOf<'CallExpression'>): void {
    const { callee } = node
    if (node.optional) refuse(node)
    for (const argument of node.arguments) this.check(argument)
    if (callee.type === 'Identifier' && callee.name !== 'BigInt') this.#known(callee)
    else if (callee.type === 'MemberExpression') {
      if (!isMember(callee, 'Math', mathSet) && !isMember(callee, 'BigInt', bigintSet)) refuse(callee)
    } else if (callee.type !== 'Identifier') refuse(callee)
  }

  /** Outside calls and imports only elements of memory views. */
  #member(node: NodeOf<'MemberExpression'>): void {
    if (!node.computed || node.optional || node.object.type !== 'Identifier' || !viewSet.has(node.object.name))
      refuse(node)
    this.#known(node.object)
    this.check(node.property)
  }

  #exports(node: NodeOf<'ObjectExpression'>): void {
    for (const property of node.properties) {
      if (property.type !== 'Property' || property.kind !== 'init' || property.computed || property.method)
        return refuse(property)
      if (
        property.key.type !== 'Identifier' ||
        !/^[a-z][a-z0-9_]*$/.test(property.key.name) ||
        property.value.type !== 'Identifier'
      )
        refuse(property)
      this.check(property.value)
    }
  }

  #name(node: NodeOf<'Identifier'> | null): void {
    if (!node || !mintedName.test(node.name)) refuse(node ?? { type: 'a function without a name', start: 0 })
  }

  #declare(node: NodeOf<'Identifier'>): void {
    this.#declared.add(node.name)
  }

  #known(node: NodeOf<'Identifier'>): void {
    if (node.name !== 'scratch' && !this.#declared.has(node.name)) refuse(node)
  }
}

function isTarget(node: AnyNode): boolean {
  return node.type === 'Identifier' ? mintedName.test(node.name) : node.type === 'MemberExpression'
}

/** `const i32 = memory.i32` */
function isViewImport(name: string, init: AnyNode): boolean {
  return init.type === 'MemberExpression' && isMember(init, 'memory', new Set([name])) && viewSet.has(name)
}

/** `library.name`, `constants[3]`, the latter also at the left end of its address arithmetic */
function isImport(init: AnyNode): boolean {
  if (init.type === 'BinaryExpression' && init.left.type !== 'PrivateIdentifier') {
    return isImport(init.left) && init.right.type === 'Literal' && typeof init.right.value === 'number'
  }
  if (init.type !== 'MemberExpression' || init.optional) return false
  if (!init.computed) return isMember(init, 'library', new Set(Object.keys(librarySignatures)))
  return (
    init.object.type === 'Identifier' &&
    init.object.name === 'constants' &&
    init.property.type === 'Literal' &&
    typeof init.property.value === 'number'
  )
}

function isMember(node: NodeOf<'MemberExpression'>, object: string, properties: ReadonlySet<string>): boolean {
  if (node.computed || node.optional || node.object.type !== 'Identifier' || node.property.type !== 'Identifier')
    return false
  return node.object.name === object && properties.has(node.property.name)
}
