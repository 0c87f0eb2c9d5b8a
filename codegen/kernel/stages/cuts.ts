import { must } from '../../../sql/base/assert.ts'
import type { Costs } from '../cost.ts'
import type { Statement } from '../ir.ts'
import type { Usage } from '../variables.ts'
import type { Effects, Touch } from './touches.ts'

/** A statement at the top of a row loop, and what it does. */
export interface Step {
  readonly statement: Statement
  readonly usage: Usage
  readonly effects: Effects
}

/**
 * Cuts the steps of a row loop into stages of half of `sizeBytesMax` up to it, where the fewest variables cross. Running stage after stage, each over all rows, must leave the same
 * memory as running row after row. So these stay together in one stage:
 * - everything that uses a variable which outlives the row and is set in it;
 * - all calls with effects, so that they happen row by row;
 * - all touches of an area that is both read and written, and all writes to one place;
 * - a fallible call and the next look at the fault cell.
 */
export function cutStages(steps: readonly Step[], sizeBytesMax: number, costs: Costs): readonly (readonly Step[])[] {
  const isJoined = joinSteps(steps)
  const crossing = countCrossing(steps)
  const stages: (readonly Step[])[] = []
  let first = 0
  let cost = 0
  let best: number | null = null
  for (let index = 0; index < steps.length; index++) {
    if (index > first && isJoined[index] !== true && cost >= sizeBytesMax / 2) {
      if (best === null || at(crossing, index) <= at(crossing, best)) best = index
    }
    cost += costs.statementBytes(must(steps[index]).statement)
    // a cut may come later than wished where steps are joined
    if (cost <= sizeBytesMax || best === null) continue
    stages.push(steps.slice(first, best))
    first = best
    index = best - 1
    cost = 0
    best = null
  }
  return first < steps.length ? [...stages, steps.slice(first)] : stages
}

/** For each step, whether it must run in the stage of the step before it. */
function joinSteps(steps: readonly Step[]): readonly boolean[] {
  const spans = new Spans()
  const declared = new Set(steps.flatMap((step) => [...step.usage.declared]))
  const carried = new Set(steps.flatMap((step) => [...step.usage.written.keys()]).filter((id) => !declared.has(id)))
  const areas = areasOf(steps.flatMap((step) => step.effects.touches))
  for (const [index, { usage, effects }] of steps.entries()) {
    for (const id of usage.used.keys()) if (carried.has(id)) spans.see(`variable ${id}`, index)
    if (effects.hasEffect) spans.see('effect', index)
    for (const touch of effects.touches) {
      if (areas.mixed.has(touch.area)) spans.see(`area ${touch.area}`, index)
      else if (touch.kind === 'write') spans.see(`place ${touch.area} ${touch.place}`, index)
    }
  }
  joinFaults(steps, spans)
  return spans.joined(steps.length)
}

/** Areas that are read and written, or written at places that cannot be told apart. */
function areasOf(touches: readonly Touch[]): { readonly mixed: ReadonlySet<string> } {
  const read = new Set(touches.filter((touch) => touch.kind === 'read').map((touch) => touch.area))
  const mixed = touches
    .filter((touch) => touch.kind === 'write' && (touch.place === null || read.has(touch.area)))
    .map((touch) => touch.area)
  return { mixed: new Set(mixed) }
}

function joinFaults(steps: readonly Step[], spans: Spans): void {
  let pending: number | null = null
  for (const [index, { effects }] of steps.entries()) {
    if (effects.readsFault && pending !== null) {
      spans.see(`fault ${pending}`, pending)
      spans.see(`fault ${pending}`, index)
      pending = null
    }
    if (effects.setsFault) pending ??= index
  }
}

/** Ranges of steps by what joins them. */
class Spans {
  readonly #ranges = new Map<string, { first: number; last: number }>()

  see(key: string, index: number): void {
    const range = this.#ranges.get(key)
    if (range) range.last = index
    else this.#ranges.set(key, { first: index, last: index })
  }

  joined(count: number): readonly boolean[] {
    const joined = Array.from({ length: count }, () => false)
    for (const { first, last } of this.#ranges.values()) joined.fill(true, first + 1, last + 1)
    return joined
  }
}

/** For each step, how many variables come from before it and are used in it or later: what a cut before it makes wait in memory. Loads do not count: they can be repeated. */
function countCrossing(steps: readonly Step[]): readonly number[] {
  const lastUse = new Map<number, number>()
  for (const [index, { usage }] of steps.entries()) for (const id of usage.used.keys()) lastUse.set(id, index)
  const changes = Array.from({ length: steps.length + 1 }, () => 0)
  for (const [index, { statement }] of steps.entries()) {
    if (statement.kind !== 'let' || statement.value.kind === 'load') continue
    const last = lastUse.get(statement.variable.id) ?? index
    if (last <= index) continue
    changes[index + 1] = at(changes, index + 1) + 1
    changes[last + 1] = at(changes, last + 1) - 1
  }
  let count = 0
  return changes.map((change) => (count += change))
}

function at(counts: readonly number[], index: number): number {
  return must(counts[index], 'a step')
}
