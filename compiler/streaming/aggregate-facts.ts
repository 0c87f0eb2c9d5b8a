/** What the change analysis must know of an aggregate function. */
export interface AggregateFacts {
  /** A row can be taken out again from the accumulator alone. Otherwise changing input needs the values of all rows, kept in order. */
  readonly invertible: boolean
  /** The result depends on the order of the rows. */
  readonly ordered: boolean
}

const anyOrder: AggregateFacts = { invertible: true, ordered: false }
const extreme: AggregateFacts = { invertible: false, ordered: false }
const positional: AggregateFacts = { invertible: false, ordered: true }

const facts: ReadonlyMap<string, AggregateFacts> = new Map([
  ['count', anyOrder],
  ['sum', anyOrder],
  ['avg', anyOrder],
  ['bool_and', anyOrder],
  ['bool_or', anyOrder],
  ['stddev', anyOrder],
  ['stddev_pop', anyOrder],
  ['var', anyOrder],
  ['var_pop', anyOrder],
  ['min', extreme],
  ['max', extreme],
  ['first_value', positional],
  ['last_value', positional],
])

export const aggregateNames: readonly string[] = [...facts.keys()]

/** undefined: not an aggregate function of ours. */
export function aggregateFacts(name: string): AggregateFacts | undefined {
  return facts.get(name)
}
