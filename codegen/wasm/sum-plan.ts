import type { Expression, Statement, Variable } from '../kernel/ir.ts'

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>
type Load = Extract<Expression, { readonly kind: 'load' }>

/**
 * Row loops that only add columns up into one group: sums, averages and counts without GROUP BY.
 *
 *     let group = ..                                    before the loop
 *     for i = 0 .. count
 *       let in = load.i64 (in + 64)[i]
 *       add_wide (group + 8) += in                      a sum of 64-bit values, or of extended 32-bit ones
 *       let in = load.i64 (in + 24832)[i]
 *       let valid = load.bool (in + 33024)[i]
 *       if valid                                        of a column that may be NULL
 *         add_wide (group + 64) += in
 *         store.i32 (group + 4) = load.i32 (group + 4) | 8
 *       let in = load.i128 (in + 8256)[i]
 *       store.i128 (scratch) = in                       a sum of 128-bit values, low halves as unsigned ones
 *       let low = load.i64 (scratch)
 *       add_wide (group + 24) += low
 *       if low < 0: store.i64 (group + 32) = load.i64 (group + 32) + 1
 *       add_wide (group + 40) += load.i64 (scratch + 8)
 *       store.i64 (group + 56) = load.i64 (group + 56) + 1
 *       store.i32 (group + 4) = load.i32 (group + 4) | 4
 *       store.u8 (4096)[group >> 16] = 1
 */
export interface SumPlan {
  readonly row: Variable
  readonly group: Variable
  readonly columns: readonly SummedColumn[]
  readonly counts: readonly RowCount[]
  /** What has the same effect however often it is done. */
  readonly once: readonly OnceStatement[]
  /** The operator whose loop it is. */
  readonly mark: Of<'mark'> | null
}

export interface SummedColumn {
  readonly load: Load
  /** The byte of a row in which the value counts; null: it always does. */
  readonly valid: Load | null
  /** Wide cells of the group: of the whole value, or of the halves of a 128-bit one. */
  readonly cells: readonly SumCell[]
}

export interface SumCell {
  readonly offset: number
  readonly half: 'low' | 'high'
  readonly sign: 'signed' | 'unsigned'
}

/** A counter of rows in the group. */
export interface RowCount {
  readonly offset: number
  readonly valid: Load | null
}

/** To be done if there is a row, one that is valid. */
export interface OnceStatement {
  readonly statement: Statement
  readonly valid: Load | null
}

/** The plan of such a loop, or null. */
export function planSums(loop: Of<'for'>): SumPlan | null {
  if (loop.from.kind !== 'const' || loop.from.value !== 0) return null
  const reader = new SumReader(loop.variable)
  return loop.body.every((statement) => reader.take(statement)) ? reader.plan() : null
}

interface OpenColumn {
  readonly load: Load
  /** Undefined until it is first added. */
  valid?: Load | null
  readonly cells: SumCell[]
}

/** Takes the statements of a row one by one, as long as they are what a sum is made of. */
class SumReader {
  readonly #row: Variable
  #group: Variable | null = null
  readonly #columns = new Map<number, OpenColumn>()
  /** Variables that hold the low half of a 128-bit column. */
  readonly #lows = new Map<number, OpenColumn>()
  /** By offset of the scratch cell: the 128-bit column that lies there. */
  readonly #cells = new Map<number, OpenColumn>()
  /** Variables that say whether a value is there. */
  readonly #valids = new Map<number, Load>()
  /** What must be there for the statement in hand. */
  #valid: Load | null = null
  readonly #counts: RowCount[] = []
  readonly #once: OnceStatement[] = []
  #mark: Of<'mark'> | null = null

  constructor(row: Variable) {
    this.#row = row
  }

  plan(): SumPlan | null {
    const columns = [...new Set(this.#columns.values())].flatMap(({ load, valid, cells }) =>
      valid === undefined ? [] : [{ load, valid, cells }],
    )
    if (this.#group === null || columns.length === 0) return null
    return { row: this.#row, group: this.#group, columns, counts: this.#counts, once: this.#once, mark: this.#mark }
  }

  take(statement: Statement): boolean {
    switch (statement.kind) {
      case 'mark':
        this.#mark ??= statement
        return true
      case 'let':
        return !statement.variable.mutable && this.#takeLet(statement)
      case 'store':
        return this.#takeStore(statement)
      case 'add_wide':
        return this.#takeSum(statement)
      case 'if':
        return this.#takeTopBit(statement) || this.#takeValid(statement)
      default:
        return false
    }
  }

  #takeLet({ variable, value }: Of<'let'>): boolean {
    if (value.kind === 'unary' && value.operator === 'i64_from_i32_s')
      return this.#takeExtended(variable, value.operand)
    if (value.kind !== 'load') return false
    const staged = value.address.kind === 'scratch' ? this.#cells.get(value.address.offset + value.offset) : undefined
    if (staged) {
      this.#lows.set(variable.id, staged)
      return value.memory === 'i64' && value.index === null
    }
    if (!isInput(value.address) || !isLocal(value.index, this.#row)) return false
    switch (value.memory) {
      case 'bool':
        this.#valids.set(variable.id, value)
        return true
      case 'i32':
      case 'i64':
      case 'i128':
        this.#columns.set(variable.id, { load: value, cells: [] })
        return true
      default:
        return false
    }
  }

  /** The same column under another name. */
  #takeExtended(variable: Variable, operand: Expression): boolean {
    const column = operand.kind === 'local' ? this.#columns.get(operand.variable.id) : undefined
    if (column?.load.memory !== 'i32') return false
    this.#columns.set(variable.id, column)
    return true
  }

  #takeValid({ condition, then, otherwise }: Of<'if'>): boolean {
    const valid = condition.kind === 'local' ? this.#valids.get(condition.variable.id) : undefined
    if (!valid || this.#valid !== null || otherwise.length > 0) return false
    this.#valid = valid
    const isTaken = then.every((statement) => this.take(statement))
    this.#valid = null
    return isTaken
  }

  #takeStore(statement: Of<'store'>): boolean {
    const { memory, address, offset, index, value } = statement
    if (memory === 'i128' && address.kind === 'scratch' && index === null && value.kind === 'local') {
      const column = this.#columns.get(value.variable.id)
      if (column) this.#cells.set(address.offset + offset, column)
      return column !== undefined
    }
    if (this.#isDirtyMark(statement)) {
      this.#once.push({ statement, valid: this.#valid })
      return true
    }
    if (index !== null || !this.#isGroup(address) || value.kind !== 'binary' || !this.#isField(value.left, statement))
      return false
    if (memory === 'i32' && value.operator === 'or' && value.right.kind === 'const') {
      this.#once.push({ statement, valid: this.#valid })
      return true
    }
    if (memory !== 'i64' || !isOne(value)) return false
    this.#counts.push({ offset, valid: this.#valid })
    return true
  }

  #takeSum({ address, offset, value }: Of<'add_wide'>): boolean {
    if (!this.#isGroup(address)) return false
    if (value.kind === 'local') {
      const whole = this.#columns.get(value.variable.id)
      const column = whole === undefined || whole.load.memory === 'i128' ? this.#lows.get(value.variable.id) : whole
      return this.#addCell(column, { offset, half: 'low', sign: 'signed' })
    }
    if (value.kind !== 'load' || value.memory !== 'i64' || value.index !== null || value.address.kind !== 'scratch')
      return false
    const column = this.#cells.get(value.address.offset + value.offset - 8)
    return this.#addCell(column, { offset, half: 'high', sign: 'signed' })
  }

  #addCell(column: OpenColumn | undefined, cell: SumCell): boolean {
    if (!column || (column.valid !== undefined && column.valid !== this.#valid)) return false
    column.valid = this.#valid
    column.cells.push(cell)
    return true
  }

  /** Right behind the sum of the low halves: they are unsigned. */
  #takeTopBit({ condition, then, otherwise }: Of<'if'>): boolean {
    const [only, ...more] = then
    if (condition.kind !== 'binary' || condition.operator !== 'lt_s' || condition.left.kind !== 'local') return false
    const column = this.#lows.get(condition.left.variable.id)
    const cell = column?.cells.at(-1)
    if (!column || cell?.half !== 'low' || condition.right.kind !== 'const' || condition.right.value !== 0n)
      return false
    const counts =
      only?.kind === 'store' &&
      only.memory === 'i64' &&
      only.index === null &&
      only.offset === cell.offset + 8 &&
      this.#isGroup(only.address) &&
      only.value.kind === 'binary' &&
      this.#isField(only.value.left, only) &&
      isOne(only.value)
    if (!counts || more.length > 0 || otherwise.length > 0) return false
    column.cells[column.cells.length - 1] = { ...cell, sign: 'unsigned' }
    return true
  }

  #isDirtyMark({ memory, address, index, value }: Of<'store'>): boolean {
    return (
      memory === 'u8' &&
      address.kind === 'const' &&
      value.kind === 'const' &&
      index?.kind === 'binary' &&
      index.operator === 'shr_u' &&
      this.#isGroup(index.left) &&
      index.right.kind === 'const'
    )
  }

  /** A variable of the function: the loop's own are taken by `#takeLet`. */
  #isGroup(address: Expression): boolean {
    if (address.kind !== 'local' || address.variable.role !== 'group' || address.variable.mutable) return false
    this.#group ??= address.variable
    return address.variable.id === this.#group.id
  }

  /** What the store replaces. */
  #isField(expression: Expression, { memory, offset }: Of<'store'>): boolean {
    return (
      expression.kind === 'load' &&
      expression.memory === memory &&
      expression.offset === offset &&
      expression.index === null &&
      this.#isGroup(expression.address)
    )
  }
}

/** `x + 1` on i64. */
function isOne({ operator, right }: Expression & { readonly kind: 'binary' }): boolean {
  return operator === 'add' && right.kind === 'const' && right.value === 1n
}

function isLocal(expression: Expression | null, { id }: Variable): boolean {
  return expression?.kind === 'local' && expression.variable.id === id
}

function isInput(address: Expression): boolean {
  return address.kind === 'local' && address.variable.role === 'in' && address.variable.type === 'i32'
}
