import { Costs } from './cost.ts'
import type { FunctionIr, ModuleIr, Statement, ValueType, Variable } from './ir.ts'
import { outlineRun } from './outline.ts'
import type { OutlineSite } from './outline.ts'
import { unfoldStatement } from './unfold.ts'
import { calleesOf } from './calls.ts'
import { greatestVariable, Usages } from './variables.ts'
import { blocksOf } from './walk.ts'

/** Above 61,440 bytes of bytecode V8 never optimises a function; the margin is for what the estimate cannot know. */
const functionSizeBytesMax = 40_000

/** Of an outlined part: great enough that calls cost nothing, small enough to be optimised quickly (docs/internals/javascript-tier.md). */
const partSizeBytesMax = 36_000

export interface SplitLimits {
  readonly functionSizeBytesMax: number
  readonly partSizeBytesMax: number
}

/**
 * Brings every function of a verified module under the size limit by moving runs of statements into functions `part_0`, `part_1`, ...
 * The meaning is the same; scratch grows by the cells that parts share. A module without great functions is returned as it is.
 */
export function splitModule(
  module: ModuleIr,
  limits: SplitLimits = { functionSizeBytesMax, partSizeBytesMax },
  costs: Costs = new Costs(),
): ModuleIr {
  if (module.functions.every((subject) => costs.functionBytes(subject) <= limits.functionSizeBytesMax)) return module
  const parts = new Parts(module)
  const functions = module.functions.map((subject) => splitFunction(subject, parts, { limits, costs }))
  const called = parts.areAllCalled ? parts.functions : reachable(parts.functions, functions)
  return {
    ...module,
    functions: [...called, ...functions],
    scratchSizeBytes: parts.scratchSizeBytes,
  }
}

/** The parts that are called: an attempt to outline that made nothing smaller leaves parts that are not. */
function reachable(parts: readonly FunctionIr[], functions: readonly FunctionIr[]): readonly FunctionIr[] {
  const byName = new Map(parts.map((part) => [part.name, part]))
  const called = new Set<string>()
  const visit = (subject: FunctionIr): void => {
    for (const name of calleesOf(subject)) {
      const part = byName.get(name)
      if (!part || called.has(name)) continue
      called.add(name)
      visit(part)
    }
  }
  functions.forEach(visit)
  return parts.filter((part) => called.has(part.name))
}

interface Measures {
  readonly limits: SplitLimits
  readonly costs: Costs
}

function splitFunction(subject: FunctionIr, parts: Parts, measures: Measures): FunctionIr {
  const { limits, costs } = measures
  if (costs.functionBytes(subject) <= limits.functionSizeBytesMax) return subject
  const splitter = new FunctionSplitter(new Site(subject, parts), measures)
  const body = splitter.shrink(
    subject.body,
    limits.functionSizeBytesMax - costs.functionBytes({ ...subject, body: [] }),
  )
  return { ...subject, body }
}

class FunctionSplitter {
  readonly #site: Site
  readonly #limits: SplitLimits
  readonly #costs: Costs

  constructor(site: Site, { limits, costs }: Measures) {
    this.#site = site
    this.#limits = limits
    this.#costs = costs
  }

  /** The block with runs outlined until it costs at most `sizeBytesMax`, or cannot be made smaller. */
  shrink(block: readonly Statement[], sizeBytesMax: number): readonly Statement[] {
    const whole = this.#costs.blockBytes(block)
    if (whole <= sizeBytesMax) return block
    let current: readonly Statement[] = block.flatMap((statement) => {
      const own = this.#costs.statementBytes(statement)
      return this.#shrinkStatement(statement, Math.max(this.#limits.partSizeBytesMax, sizeBytesMax - (whole - own)))
    })
    for (let cost = this.#costs.blockBytes(current); cost > sizeBytesMax;) {
      const homes = [...this.#site.homes]
      const smaller = this.#outlineRuns(current)
      const smallerCost = this.#costs.blockBytes(smaller)
      if (smallerCost >= cost) {
        // what the discarded parts would have left in their cells is not there
        this.#site.discardParts()
        this.#site.homes.clear()
        for (const [id, cell] of homes) this.#site.homes.set(id, cell)
        return current
      }
      current = smaller
      cost = smallerCost
    }
    return current
  }

  /** Takes a statement's expressions apart and outlines within its blocks. */
  #shrinkStatement(statement: Statement, sizeBytesMax: number): readonly Statement[] {
    if (this.#costs.statementBytes(statement) <= sizeBytesMax) return [statement]
    const pieces = unfoldStatement(statement, this.#limits.partSizeBytesMax / 2, this.#site.variable)
    return pieces.map((piece) => this.#shrinkBlocks(piece, sizeBytesMax - this.#ownBytes(piece)))
  }

  /** The cost of a statement without its blocks. */
  #ownBytes(statement: Statement): number {
    let cost = this.#costs.statementBytes(statement)
    for (const block of blocksOf(statement)) cost -= this.#costs.blockBytes(block)
    return cost
  }

  #shrinkBlocks(statement: Statement, sizeBytesMax: number): Statement {
    switch (statement.kind) {
      case 'if':
        return {
          ...statement,
          then: this.shrink(statement.then, sizeBytesMax / 2),
          otherwise: this.shrink(statement.otherwise, sizeBytesMax / 2),
        }
      case 'for':
      case 'while':
        return { ...statement, body: this.shrink(statement.body, sizeBytesMax) }
      default:
        return statement
    }
  }

  /** Replaces runs of about the part size by calls. Jumps at the top of the block stay where they are. */
  #outlineRuns(block: readonly Statement[]): readonly Statement[] {
    const lastUse = findLastUses(block, this.#site.usages)
    const result: Statement[] = []
    let start = 0
    const flush = (end: number): void => {
      if (start < end) result.push(...this.#outline(block.slice(start, end), { end, lastUse }))
      start = end
    }
    let cost = 0
    for (const [index, statement] of block.entries()) {
      const own = this.#costs.statementBytes(statement)
      const isJump = statement.kind === 'break' || statement.kind === 'continue' || statement.kind === 'return'
      if (isJump || cost + own > this.#limits.partSizeBytesMax) {
        flush(index)
        cost = 0
      }
      if (isJump) {
        result.push(statement)
        start = index + 1
      } else cost += own
    }
    flush(block.length)
    return result
  }

  #outline(
    run: readonly Statement[],
    place: { readonly end: number; readonly lastUse: ReadonlyMap<number, number> },
  ): readonly Statement[] {
    if (run.length === 1 && run[0]?.kind === 'do') return run
    const escaping = run.flatMap((statement) =>
      statement.kind === 'let' && (place.lastUse.get(statement.variable.id) ?? -1) >= place.end
        ? [statement.variable]
        : [],
    )
    return outlineRun(run, escaping, this.#site)
  }
}

/** For each variable the index of the last statement of the block that uses it. */
function findLastUses(block: readonly Statement[], usages: Usages): ReadonlyMap<number, number> {
  const lastUse = new Map<number, number>()
  for (const [index, statement] of block.entries())
    for (const id of usages.of(statement).used.keys()) lastUse.set(id, index)
  return lastUse
}

/** The functions and cells that splitting a module adds. */
class Parts {
  readonly functions: FunctionIr[] = []
  readonly #names: Set<string>
  scratchSizeBytes: number
  /** False once an attempt to outline was given up. */
  areAllCalled = true

  constructor(module: ModuleIr) {
    this.#names = new Set(module.functions.map((subject) => subject.name))
    this.scratchSizeBytes = Math.ceil(module.scratchSizeBytes / 16) * 16
  }

  add(part: Omit<FunctionIr, 'name'>): FunctionIr {
    let number = this.functions.length
    while (this.#names.has(`part_${number}`)) number += 1
    const named = { name: `part_${number}`, ...part }
    this.#names.add(named.name)
    this.functions.push(named)
    return named
  }

  cell(): number {
    const offset = this.scratchSizeBytes
    this.scratchSizeBytes = offset + 16
    return offset
  }
}

class Site implements OutlineSite {
  readonly result: ValueType | null
  readonly usages = new Usages()
  readonly #parts: Parts
  readonly homes = new Map<number, number>()
  #resultCell: number | null = null
  #nextVariable: number

  constructor(subject: FunctionIr, parts: Parts) {
    this.result = subject.result
    this.#parts = parts
    this.#nextVariable = 1 + greatestVariable(subject)
  }

  readonly variable = (role: string, like: { readonly type: ValueType; readonly mutable: boolean }): Variable => {
    const id = this.#nextVariable
    this.#nextVariable = id + 1
    return { id, role, type: like.type, mutable: like.mutable }
  }

  cell(): number {
    return this.#parts.cell()
  }

  resultCell(): number {
    this.#resultCell ??= this.#parts.cell()
    return this.#resultCell
  }

  discardParts(): void {
    this.#parts.areAllCalled = false
  }

  addPart(part: Omit<FunctionIr, 'name'>): FunctionIr {
    return this.#parts.add(part)
  }
}
