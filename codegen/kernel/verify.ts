import { librarySignatures } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { signatureOf } from './build.ts'
import type { Expression, FunctionIr, ModuleIr, Statement, ValueType, Variable } from './ir.ts'
import { binaryRules, memoryValueTypes, unaryRules } from './operators.ts'
import { printExpression, printModule } from './print.ts'
import { alwaysLeaves } from './flow.ts'
import { blocksOf } from './walk.ts'

/** Throws an internal error naming broken rules, with the text of the module; the rules are those of ir.ts. */
export function verifyModule(module: ModuleIr): void {
  const problems = findProblems(module)
  if (problems.length > 0)
    throw new InternalError(
      `kernel ${module.name} is not valid: ${problems.slice(0, 10).join('; ')}\n${printModule(module)}`,
    )
}

/** What is wrong with a module: empty when nothing is. */
function findProblems(module: ModuleIr): readonly string[] {
  const problems: string[] = []
  const functions = new Map<string, FunctionIr>()
  for (const candidate of module.functions) {
    if (!word.test(candidate.name)) problems.push(`bad function name`)
    if (functions.has(candidate.name)) problems.push(`function ${candidate.name} is defined twice`)
    functions.set(candidate.name, candidate)
  }
  for (const name of module.exports) checkExport(functions.get(name), name, problems)
  const callees = new Map<string, ReadonlySet<string>>()
  for (const candidate of module.functions) {
    const verifier = new FunctionVerifier(module, functions, problems)
    verifier.verify(candidate)
    callees.set(candidate.name, verifier.callees)
  }
  if (problems.length === 0) findRecursion(callees, problems)
  return problems
}

/** The runtime passes numbers and gets numbers. */
function checkExport(subject: FunctionIr | undefined, name: string, problems: string[]): void {
  if (!subject) {
    problems.push(`export ${name} is not defined`)
    return
  }
  const types = [
    ...subject.parameters.map((parameter) => parameter.type),
    ...(subject.result === null ? [] : [subject.result]),
  ]
  if (types.some((type) => type !== 'i32' && type !== 'f64'))
    problems.push(`export ${name} has a parameter or result that is no number`)
}

const word = /^[a-z][a-z0-9_]*$/

class FunctionVerifier {
  /** Names of the functions that are called. */
  readonly callees = new Set<string>()
  readonly #module: ModuleIr
  readonly #functions: ReadonlyMap<string, FunctionIr>
  readonly #problems: string[]
  readonly #roles = new Set<string>()
  /** What has been declared: null where its block has ended. */
  readonly #variables = new Map<number, Variable | null>()
  readonly #labels: number[] = []
  #name = ''
  #result: ValueType | null = null

  constructor(module: ModuleIr, functions: ReadonlyMap<string, FunctionIr>, problems: string[]) {
    this.#module = module
    this.#functions = functions
    this.#problems = problems
  }

  verify(subject: FunctionIr): void {
    this.#name = subject.name
    this.#result = subject.result
    for (const parameter of subject.parameters) this.#declare(parameter)
    this.#block(subject.body)
    if (subject.result !== null && !alwaysLeaves(subject.body)) this.#problem('a path ends without a value')
  }

  #problem(what: string): void {
    this.#problems.push(`${this.#name}: ${what}`)
  }

  #declare(variable: Variable): void {
    if (!this.#roles.has(variable.role)) this.#checkRole(variable)
    if (!Number.isSafeInteger(variable.id) || variable.id < 0) this.#problem('bad variable id')
    if (this.#variables.has(variable.id)) this.#problem(`variable ${variable.id} is declared twice`)
    this.#variables.set(variable.id, variable)
  }

  /** Roles are few, variables many. */
  #checkRole({ role, id }: Variable): void {
    if (word.test(role)) this.#roles.add(role)
    else this.#problem(`bad role of variable ${id}`)
  }

  #block(block: readonly Statement[]): void {
    for (const statement of block) {
      this.#statement(statement)
      if (statement.kind === 'let') this.#declare(statement.variable)
    }
    for (const statement of block) if (statement.kind === 'let') this.#variables.set(statement.variable.id, null)
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'let':
        this.#expect(statement.value, statement.variable.type, statement)
        return
      case 'set':
        this.#read(statement.variable)
        if (!statement.variable.mutable) this.#problem(`set of immutable variable ${statement.variable.id}`)
        this.#expect(statement.value, statement.variable.type, statement)
        return
      case 'store':
        this.#address(statement.address, statement.offset)
        if (statement.index) this.#expect(statement.index, 'i32', 'index')
        this.#expect(statement.value, memoryValueTypes[statement.memory], statement)
        return
      case 'add_wide':
        this.#address(statement.address, statement.offset)
        this.#expect(statement.value, 'i64', 'add_wide')
        return
      case 'copy':
        this.#address(statement.to, statement.toOffset)
        this.#address(statement.from, statement.fromOffset)
        if (!isSize(statement.sizeBytes) || statement.sizeBytes % 8 !== 0)
          this.#problem('copy of a size that is no multiple of 8')
        return
      case 'if':
        this.#expect(statement.condition, 'i1', 'if')
        for (const block of blocksOf(statement)) this.#block(block)
        return
      case 'for':
      case 'while':
        this.#loop(statement)
        return
      case 'break':
      case 'continue':
        if (!this.#labels.includes(statement.label))
          this.#problem(`${statement.kind} of label ${statement.label} outside its loop`)
        return
      case 'do':
        this.#callResult(statement.call)
        return
      case 'return':
        this.#return(statement.value)
        return
      case 'mark':
        if (!word.test(statement.operator)) this.#problem('bad operator name in a mark')
        if (!isSize(statement.planNode) || (statement.span !== null && !isSize(statement.span)))
          this.#problem('bad number in a mark')
        return
      default:
        unreachable(statement)
    }
  }

  #loop(statement: Statement & { readonly kind: 'for' | 'while' }): void {
    if (!isSize(statement.label) || this.#labels.includes(statement.label))
      this.#problem(`label ${statement.label} is in use`)
    if (statement.kind === 'while') this.#expect(statement.condition, 'i1', 'while')
    else {
      this.#expect(statement.from, 'i32', 'for')
      this.#expect(statement.to, 'i32', 'for')
      if (statement.variable.type !== 'i32' || statement.variable.mutable)
        this.#problem('the variable of a for is an immutable i32')
      this.#declare(statement.variable)
    }
    this.#labels.push(statement.label)
    this.#block(statement.body)
    this.#labels.pop()
    if (statement.kind === 'for') this.#variables.set(statement.variable.id, null)
  }

  #return(value: Expression | null): void {
    if (value === null && this.#result !== null) this.#problem('return without a value')
    else if (value !== null && this.#result === null) this.#problem('return of a value from a function without result')
    else if (value !== null && this.#result !== null) this.#expect(value, this.#result, 'return')
  }

  #read(variable: Variable): void {
    const declared = this.#variables.get(variable.id)
    if (!declared) this.#problem(`variable ${variable.id} (${variable.role}) is not declared here`)
    else if (declared.type !== variable.type || declared.mutable !== variable.mutable)
      this.#problem(`variable ${variable.id} is not what was declared`)
  }

  #address(address: Expression, offset: number): void {
    this.#expect(address, 'i32', 'address')
    if (!Number.isSafeInteger(offset) || offset < -0x8000_0000 || offset > 0x7fff_ffff)
      this.#problem(`bad offset ${offset}`)
  }

  #expect(expression: Expression, type: ValueType, where: Place): void {
    const found = this.#expression(expression)
    if (found !== null && found !== type)
      this.#problem(`${nameOf(where)} wants ${type} and gets ${found} from ${printExpression(expression)}`)
  }

  /** The type, or null when it could not be known (then a problem has been noted). */
  #expression(expression: Expression): ValueType | null {
    switch (expression.kind) {
      case 'const':
        if (!isConstantOf(expression.type, expression.value))
          this.#problem(`constant ${String(expression.value)} is no ${expression.type}`)
        return expression.type
      case 'local':
        this.#read(expression.variable)
        return expression.variable.type
      case 'constant':
        if (!isSize(expression.index) || expression.index >= this.#module.constantCount)
          this.#problem(`no constant ${expression.index}`)
        return 'i32'
      case 'scratch':
        if (!isSize(expression.offset) || expression.offset >= Math.max(1, this.#module.scratchSizeBytes))
          this.#problem(`no scratch byte ${expression.offset}`)
        return 'i32'
      case 'load':
        this.#address(expression.address, expression.offset)
        if (expression.index) this.#expect(expression.index, 'i32', 'index')
        return memoryValueTypes[expression.memory] ?? null
      case 'unary':
        return this.#unary(expression)
      case 'binary':
        return this.#binary(expression)
      case 'select':
        return this.#select(expression)
      case 'library':
      case 'call':
        return this.#callResult(expression) ?? this.#noValue(expression)
      default:
        return unreachable(expression)
    }
  }

  #unary(expression: Expression & { readonly kind: 'unary' }): ValueType | null {
    const operand = this.#expression(expression.operand)
    const rule = unaryRules[expression.operator]
    if (operand !== null && !rule.operands.includes(operand)) this.#problem(`${expression.operator} of ${operand}`)
    return rule.result
  }

  #binary(expression: Expression & { readonly kind: 'binary' }): ValueType | null {
    const left = this.#expression(expression.left)
    const right = this.#expression(expression.right)
    const rule = binaryRules[expression.operator]
    if (left !== null && right !== null && (left !== right || !rule.operands.includes(left))) {
      this.#problem(`${expression.operator} of ${left} and ${right} in ${printExpression(expression)}`)
    }
    return rule.result === 'i1' ? 'i1' : left
  }

  #select(expression: Expression & { readonly kind: 'select' }): ValueType | null {
    this.#expect(expression.condition, 'i1', 'select')
    const yes = this.#expression(expression.yes)
    const no = this.#expression(expression.no)
    if (yes !== null && no !== null && yes !== no) this.#problem(`select of ${yes} and ${no}`)
    return yes
  }

  #noValue(expression: Expression): null {
    this.#problem(`${printExpression(expression)} has no value`)
    return null
  }

  /** Checks the arguments; gives the result type, null for none. */
  #callResult(called: Expression & { readonly kind: 'library' | 'call' }): ValueType | null {
    const callee = this.#callee(called)
    if (!callee) {
      this.#problem(`unknown callee ${called.kind === 'library' ? called.name : called.function}`)
      return null
    }
    if (callee.parameters.length !== called.arguments.length)
      this.#problem(
        `${printExpression(called)} passes ${called.arguments.length} of ${callee.parameters.length} arguments`,
      )
    let index = 0
    for (const argument of called.arguments) {
      const wanted = callee.parameters[index]
      if (wanted !== undefined) this.#expect(argument, wanted, index)
      index += 1
    }
    if (called.kind === 'call' && called.result !== callee.result)
      this.#problem(`call of ${called.function} with a wrong result type`)
    return callee.result
  }

  #callee(
    called: Expression & { readonly kind: 'library' | 'call' },
  ): { readonly parameters: readonly ValueType[]; readonly result: ValueType | null } | null {
    if (called.kind === 'library')
      return Object.hasOwn(librarySignatures, called.name) ? signatureOf(called.name) : null
    const callee = this.#functions.get(called.function)
    this.callees.add(called.function)
    return callee ? { parameters: callee.parameters.map((parameter) => parameter.type), result: callee.result } : null
  }
}

/** Where a value is wanted (a number: as that argument of a call). It gets a text when something is wrong there. */
type Place = string | number | (Statement & { readonly kind: 'let' | 'set' | 'store' })

function nameOf(where: Place): string {
  if (typeof where === 'string') return where
  if (typeof where === 'number') return `argument ${where}`
  return where.kind === 'store' ? `store ${where.memory}` : `${where.kind} ${where.variable.id}`
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isConstantOf(type: ValueType, value: number | bigint | boolean): boolean {
  switch (type) {
    case 'i1':
      return typeof value === 'boolean'
    case 'i32':
      return typeof value === 'number' && Object.is(value | 0, value)
    case 'f64':
      return typeof value === 'number'
    case 'i64':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
    case 'i128':
      return typeof value === 'bigint' && BigInt.asIntN(128, value) === value
    default:
      return unreachable(type)
  }
}

/** Kernels do not recurse: back ends keep variables in cells of which each function has one set. */
function findRecursion(callees: ReadonlyMap<string, ReadonlySet<string>>, problems: string[]): void {
  const done = new Set<string>()
  const open = new Set<string>()
  const visit = (name: string): void => {
    if (done.has(name)) return
    if (open.has(name)) {
      problems.push(`${name} calls itself`)
      return
    }
    open.add(name)
    for (const callee of callees.get(name) ?? []) visit(callee)
    open.delete(name)
    done.add(name)
  }
  for (const name of callees.keys()) visit(name)
}
