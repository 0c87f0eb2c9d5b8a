import type { MemoryType } from '../../../runtime/abi/library.ts'
import {
  binary,
  constI1,
  constI32,
  continueLoop,
  forRange,
  ifThen,
  letVariable,
  load,
  local,
  scratch,
  select,
  store,
  unary,
} from '../build.ts'
import type { Costs } from '../cost.ts'
import type { Expression, Statement, ValueType, Variable } from '../ir.ts'
import { memorySizeBytes } from '../operators.ts'
import { rewriteBlock, rewriteExpression } from '../rewrite.ts'
import type { Rewrite } from '../rewrite.ts'
import type { FreshVariable } from '../unfold.ts'
import { Usages } from '../variables.ts'
import { countEarly } from './counters.ts'
import { cutStages } from './cuts.ts'
import type { Step } from './cuts.ts'
import { areaOfParameter, effectsOf } from './touches.ts'

/**
 * Rows that go through all stages before the next ones do. More of them spare page walks and cold starts of each stage, fewer keep what passes between stages
 * in the cache: as many as leave it in a quarter of the second level, but not so few that stages are mostly entered (docs/internals/javascript-tier.md).
 */
const chunkRowsMax = 1024
const chunkRowsMin = 256
const crossingBytesMax = 256 * 1024

/** What staging needs from its function. */
export interface StageSite {
  readonly parameters: readonly Variable[]
  readonly fresh: FreshVariable
  readonly costs: Costs
  label(): number
  /** Offset of a new scratch area. */
  area(sizeBytes: number): number
}

type Loop = Statement & { readonly kind: 'for' }
type Declaration = Statement & { readonly kind: 'let' }

/**
 * A loop over rows as a loop over chunks of rows, in which stage after stage runs over the chunk's rows. A row's values that later stages
 * need lie in scratch columns of the chunk. Null when the loop cannot be cut.
 */
export function stageLoop(loop: Loop, sizeBytesMax: number, site: StageSite): readonly Statement[] | null {
  if (loop.from.kind !== 'const') return null
  const areas = new Set(
    site.parameters.filter((parameter) => parameter.type === 'i32').map((parameter) => parameter.id),
  )
  const usages = new Usages()
  const steps = countEarly(loop.body, usages, site.fresh).map((statement) => ({
    statement,
    usage: usages.of(statement),
    effects: effectsOf(statement, areas),
  }))
  const leavesLoop = steps.some(({ usage }) => usage.jumps.some((jump) => jump.kind !== 'continue'))
  if (leavesLoop || steps.some(({ effects }) => effects.isOpaque)) return null
  const stages = cutStages(steps, sizeBytesMax, site.costs)
  return stages.length < 2 ? null : new Staging(loop, stages, site).statements()
}

const columnMemory: Readonly<Record<ValueType, MemoryType>> = {
  i1: 'bool',
  i32: 'i32',
  i64: 'i64',
  i128: 'i128',
  f64: 'f64',
}

function columnSizeBytes({ type }: Variable): number {
  return memorySizeBytes[columnMemory[type]]
}

/** A power of two. */
function chunkRowsFor(crossing: readonly Variable[]): number {
  const rowBytes = crossing.reduce((sum, variable) => sum + columnSizeBytes(variable), 0)
  let rows = chunkRowsMax
  while (rows > chunkRowsMin && rows * rowBytes > crossingBytesMax) rows /= 2
  return rows
}

class Staging {
  readonly #loop: Loop
  readonly #stages: readonly (readonly Step[])[]
  readonly #site: StageSite
  readonly #chunkRows: number
  /** Scratch columns of variables that cross stages. */
  readonly #columns: ReadonlyMap<number, number>
  /** Loads of a row that are as cheap to repeat as to keep. */
  readonly #repeated = new Map<number, Expression>()
  readonly #declarations = new Map<number, Declaration>()
  /** Areas that some stage writes to. */
  readonly #written = new Set<number>()
  /** Column of whether the row is still in the race; null when no row leaves before the last stage. */
  readonly #alive: number | null

  constructor(loop: Loop, stages: readonly (readonly Step[])[], site: StageSite) {
    this.#loop = loop
    this.#stages = stages
    this.#site = site
    for (const { statement, effects } of stages.flat()) {
      if (statement.kind === 'let') this.#declarations.set(statement.variable.id, statement)
      for (const { area, kind } of effects.touches) if (kind === 'write') this.#written.add(area)
    }
    const crossing = this.#findCrossing()
    this.#chunkRows = chunkRowsFor(crossing)
    this.#columns = new Map(
      crossing.map((variable) => [variable.id, site.area(this.#chunkRows * columnSizeBytes(variable))]),
    )
    const canLeaveEarly = stages.slice(0, -1).some((stage) => stage.some(({ usage }) => usage.jumps.length > 0))
    this.#alive = canLeaveEarly ? site.area(this.#chunkRows) : null
  }

  statements(): readonly Statement[] {
    const chunk = this.#site.fresh('chunk', { type: 'i32', mutable: false })
    const start = this.#site.fresh('start', { type: 'i32', mutable: false })
    const end = this.#site.fresh('end', { type: 'i32', mutable: false })
    const last = this.#site.fresh('end', { type: 'i32', mutable: false })
    const rows = this.#chunkRows
    const shift = constI32(Math.log2(rows))
    const chunkEnd = binary('add', local(start), constI32(rows))
    const count = binary('sub', local(last), this.#loop.from)
    return [
      letVariable(last, this.#loop.to),
      forRange({
        label: this.#site.label(),
        variable: chunk,
        from: constI32(0),
        to: binary('shr_s', binary('add', count, constI32(rows - 1)), shift),
        body: [
          letVariable(start, binary('add', binary('shl', local(chunk), shift), this.#loop.from)),
          letVariable(end, select(binary('lt_s', chunkEnd, local(last)), chunkEnd, local(last))),
          ...this.#stages.map((stage, index) => this.#stage(stage, index, { start, end })),
        ],
      }),
    ]
  }

  /** The variables that need a scratch column; others that cross stages are in `#repeated` from then on. */
  #findCrossing(): readonly Variable[] {
    const declaredIn = new Map<number, number>()
    for (const [index, stage] of this.#stages.entries())
      for (const { statement } of stage) if (statement.kind === 'let') declaredIn.set(statement.variable.id, index)
    const crossing = new Map<number, Variable>()
    for (const [index, stage] of this.#stages.entries()) {
      for (const { usage } of stage) {
        for (const [id, variable] of usage.used) {
          const home = declaredIn.get(id)
          if (home === undefined || home === index || crossing.has(id) || this.#repeated.has(id)) continue
          const value = this.#repeatable(variable)
          if (value) this.#repeated.set(id, value)
          else crossing.set(id, variable)
        }
      }
    }
    return [...crossing.values()]
  }

  /** A load of a parameter's memory at the row, if nothing writes there. */
  #repeatable(variable: Variable): Expression | null {
    const declaration = this.#declarations.get(variable.id)
    if (declaration === undefined || variable.mutable || declaration.value.kind !== 'load') return null
    const { address, index } = declaration.value
    const isOfRow =
      index === null ||
      index.kind === 'const' ||
      (index.kind === 'local' && index.variable.id === this.#loop.variable.id)
    if (address.kind !== 'local' || !isOfRow) return null
    const isWritten = this.#written.has(areaOfParameter(address.variable.id))
    const isParameter = this.#site.parameters.some((parameter) => parameter.id === address.variable.id)
    return isParameter && !isWritten ? declaration.value : null
  }

  #stage(
    stage: readonly Step[],
    number: number,
    range: { readonly start: Variable; readonly end: Variable },
  ): Statement {
    const label = this.#site.label()
    const row = this.#site.fresh(this.#loop.variable.role, this.#loop.variable)
    const place = this.#site.fresh('at', { type: 'i32', mutable: false })
    const body = new StageBody({ label, row, place }, { loop: this.#loop, columns: this.#columns, alive: this.#alive })
    const declared = new Set<number>()
    const used = new Map<number, Variable>()
    for (const { usage } of stage) {
      for (const id of usage.declared) declared.add(id)
      for (const [id, variable] of usage.used) used.set(id, variable)
    }
    const arrivals = [...used.values()]
      .filter((variable) => !declared.has(variable.id))
      .flatMap((variable) => this.#arrival(variable, body))
    return forRange({
      label,
      variable: row,
      from: local(range.start),
      to: local(range.end),
      body: [
        letVariable(place, binary('sub', local(row), local(range.start))),
        ...body.entry(number),
        ...arrivals,
        ...body.block(stage.map(({ statement }) => statement)),
      ],
    })
  }

  /** An immutable value of an earlier stage gets a variable of this one. */
  #arrival(variable: Variable, body: StageBody): readonly Statement[] {
    if (variable.mutable) return []
    const repeated = this.#repeated.get(variable.id)
    const column = this.#columns.get(variable.id)
    if (!repeated && column === undefined) return []
    const own = this.#site.fresh(variable.role, variable)
    const value = repeated ? rewriteExpression(repeated, body) : body.column(variable, column ?? 0)
    body.rename(variable, own)
    return [letVariable(own, value)]
  }
}

interface StageVariables {
  readonly label: number
  readonly row: Variable
  /** The row's number in its chunk. */
  readonly place: Variable
}

/** Rewrites the statements of the row for their life in one stage. */
class StageBody implements Rewrite {
  readonly #own: StageVariables
  readonly #from: { readonly loop: Loop; readonly columns: ReadonlyMap<number, number>; readonly alive: number | null }
  readonly #names = new Map<number, Variable>()

  constructor(
    own: StageVariables,
    from: { readonly loop: Loop; readonly columns: ReadonlyMap<number, number>; readonly alive: number | null },
  ) {
    this.#own = own
    this.#from = from
    this.#names.set(from.loop.variable.id, own.row)
  }

  rename(variable: Variable, own: Variable): void {
    this.#names.set(variable.id, own)
  }

  column(variable: Variable, offset: number): Expression {
    return load(columnMemory[variable.type], scratch(offset), { index: local(this.#own.place) })
  }

  /** The first stage lets every row in, the others only those that none has sent away. */
  entry(stageNumber: number): readonly Statement[] {
    const { alive } = this.#from
    if (alive === null) return []
    if (stageNumber === 0) return [this.#setAlive(alive, true)]
    return [
      ifThen(unary('not', load('bool', scratch(alive), { index: local(this.#own.place) })), [
        continueLoop(this.#own.label),
      ]),
    ]
  }

  block(statements: readonly Statement[]): readonly Statement[] {
    return rewriteBlock(statements, this)
  }

  expression(expression: Expression): Expression {
    if (expression.kind !== 'local') return expression
    const own = this.#names.get(expression.variable.id)
    if (own) return local(own)
    const column = this.#from.columns.get(expression.variable.id)
    return column !== undefined && expression.variable.mutable ? this.column(expression.variable, column) : expression
  }

  statement(statement: Statement): readonly Statement[] {
    switch (statement.kind) {
      case 'let':
      case 'set':
        return this.#assignment(statement)
      case 'continue':
        if (statement.label !== this.#from.loop.label) return [statement]
        return [
          ...(this.#from.alive === null ? [] : [this.#setAlive(this.#from.alive, false)]),
          continueLoop(this.#own.label),
        ]
      default:
        return [statement]
    }
  }

  #assignment(statement: Statement & { readonly kind: 'let' | 'set' }): readonly Statement[] {
    const { variable, value } = statement
    const column = this.#from.columns.get(variable.id)
    if (column === undefined) return [statement]
    const keep = (kept: Expression): Statement =>
      store(columnMemory[variable.type], scratch(column), kept, { index: local(this.#own.place) })
    return variable.mutable ? [keep(value)] : [statement, keep(local(variable))]
  }

  #setAlive(alive: number, isAlive: boolean): Statement {
    return store('bool', scratch(alive), constI1(isAlive), { index: local(this.#own.place) })
  }
}
