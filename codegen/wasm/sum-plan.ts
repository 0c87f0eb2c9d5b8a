import type { Expression, Statement, Variable } from '../kernel/ir.ts'

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>
type Load = Extract<Expression, { readonly kind: 'load' }>

/**
 * Row loops that only add columns up into one group: sums, averages and counts without GROUP BY, over columns that are not NULL.
 *
 *     for i = 0 .. count
 *       let group = ..                                  the same for every row
 *       let in = load.i64 (in + 64)[i]
 *       add_wide (group + 8) += in                      a sum of 64-bit values
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
  readonly group: Of<'let'>
  readonly columns: readonly SummedColumn[]
  /** Offsets of counters of rows. */
  readonly counts: readonly number[]
  /** What has the same effect however often it is done. */
  readonly once: readonly Statement[]
}

export interface SummedColumn {
  readonly load: Load
  /** Wide cells of the group: of the whole value, or of the halves of a 128-bit one. */
  readonly cells: readonly SumCell[]
}

export interface SumCell {
  readonly offset: number
  readonly half: 'low' | 'high'
  readonly sign: 'signed' | 'unsigned'
}

/** The plan of such a loop, or null. */
export function planSums(loop: Of<'for'>): SumPlan | null {
  if (loop.from.kind !== 'const' || loop.from.value !== 0) return null
  const reader = new SumReader(loop.variable)
  return loop.body.every((statement) => reader.take(statement)) ? reader.plan() : null
}

interface OpenColumn {
  readonly load: Load
  readonly cells: SumCell[]
}

/** Takes the statements of a row one by one, as long as they are what a sum is made of. */
class SumReader {
  readonly #row: Variable
  #group: Of<'let'> | null = null
  readonly #columns = new Map<number, OpenColumn>()
  /** Variables that hold the low half of a 128-bit column. */
  readonly #lows = new Map<number, OpenColumn>()
  /** By offset of the scratch cell: the 128-bit column that lies there. */
  readonly #cells = new Map<number, OpenColumn>()
  readonly #counts: number[] = []
  readonly #once: Statement[] = []

  constructor(row: Variable) {
    this.#row = row
  }

  plan(): SumPlan | null {
    const columns = [...this.#columns.values()].filter(({ cells }) => cells.length > 0)
    if (this.#group === null || columns.length === 0) return null
    return { row: this.#row, group: this.#group, columns, counts: this.#counts, once: this.#once }
  }

  take(statement: Statement): boolean {
    switch (statement.kind) {
      case 'mark':
        return true
      case 'let':
        return !statement.variable.mutable && this.#takeLet(statement)
      case 'store':
        return this.#takeStore(statement)
      case 'add_wide':
        return this.#takeSum(statement)
      case 'if':
        return this.#takeTopBit(statement)
      default:
        return false
    }
  }

  #takeLet(statement: Of<'let'>): boolean {
    const { variable, value } = statement
    if (variable.role === 'group') {
      if (this.#group !== null || !isOutside(value)) return false
      this.#group = statement
      return true
    }
    if (value.kind !== 'load') return false
    const staged = value.address.kind === 'scratch' ? this.#cells.get(value.address.offset + value.offset) : undefined
    if (staged) {
      this.#lows.set(variable.id, staged)
      return value.memory === 'i64' && value.index === null
    }
    const isColumn = (value.memory === 'i64' || value.memory === 'i128') && isInput(value.address)
    if (!isColumn || !isLocal(value.index, this.#row)) return false
    this.#columns.set(variable.id, { load: value, cells: [] })
    return true
  }

  #takeStore(statement: Of<'store'>): boolean {
    const { memory, address, offset, index, value } = statement
    if (memory === 'i128' && address.kind === 'scratch' && index === null && value.kind === 'local') {
      const column = this.#columns.get(value.variable.id)
      if (column) this.#cells.set(address.offset + offset, column)
      return column !== undefined
    }
    if (this.#isDirtyMark(statement)) {
      this.#once.push(statement)
      return true
    }
    if (index !== null || !this.#isGroup(address) || value.kind !== 'binary' || !this.#isField(value.left, statement))
      return false
    if (memory === 'i32' && value.operator === 'or' && value.right.kind === 'const') {
      this.#once.push(statement)
      return true
    }
    if (memory !== 'i64' || !isOne(value)) return false
    this.#counts.push(offset)
    return true
  }

  #takeSum({ address, offset, value }: Of<'add_wide'>): boolean {
    if (!this.#isGroup(address)) return false
    if (value.kind === 'local') {
      const whole = this.#columns.get(value.variable.id)
      const column = whole?.load.memory === 'i64' ? whole : this.#lows.get(value.variable.id)
      column?.cells.push({ offset, half: 'low', sign: 'signed' })
      return column !== undefined
    }
    if (value.kind !== 'load' || value.memory !== 'i64' || value.index !== null || value.address.kind !== 'scratch')
      return false
    const column = this.#cells.get(value.address.offset + value.offset - 8)
    column?.cells.push({ offset, half: 'high', sign: 'signed' })
    return column !== undefined
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

  #isGroup(address: Expression): boolean {
    return this.#group !== null && isLocal(address, this.#group.variable)
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

/** The place of the one group: the first row of the first page run of the table in use, which such a loop does not change. */
function isOutside(value: Expression): boolean {
  return (
    value.kind === 'binary' &&
    value.operator === 'add' &&
    value.right.kind === 'const' &&
    value.left.kind === 'load' &&
    value.left.index === null &&
    value.left.address.kind === 'local' &&
    value.left.address.variable.role === 'table'
  )
}
