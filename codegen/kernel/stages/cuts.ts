import { must } from '../../../sql/base/assert.ts'
import type { Costs } from '../cost.ts'
import type { Statement } from '../ir.ts'
import type { Usage } from '../variables.ts'
import type { Effects } from './touches.ts'

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
  const variables = new Spans()
  const effects = new Spans()
  const areas = new Spans()
  const places = new Map<number, Spans>()
  const carried = carriedVariables(steps)
  const mixed = mixedAreas(steps)
  for (const [index, step] of steps.entries()) {
    for (const id of step.usage.used.keys()) if (carried.has(id)) variables.see(id, index)
    if (step.effects.hasEffect) effects.see(0, index)
    for (const { area, place, kind } of step.effects.touches) {
      if (mixed.has(area)) areas.see(area, index)
      else if (kind === 'write') {
        const within = places.get(area) ?? new Spans()
        places.set(area, within)
        within.see(place ?? -1, index)
      }
    }
  }
  const joined = Array.from({ length: steps.length }, () => false)
  for (const spans of [variables, effects, areas, ...places.values(), faultSpans(steps)]) spans.join(joined)
  return joined
}

/** Variables that outlive the row and are set in it. */
function carriedVariables(steps: readonly Step[]): ReadonlySet<number> {
  const carried = new Set<number>()
  for (const { usage } of steps) for (const id of usage.written.keys()) carried.add(id)
  for (const { usage } of steps) for (const id of usage.declared) carried.delete(id)
  return carried
}

/** Areas that are read and written, or written at places that cannot be told apart. */
function mixedAreas(steps: readonly Step[]): ReadonlySet<number> {
  const read = new Set<number>()
  for (const { effects } of steps) for (const { area, kind } of effects.touches) if (kind === 'read') read.add(area)
  const mixed = new Set<number>()
  for (const { effects } of steps) {
    for (const { area, place, kind } of effects.touches) {
      if (kind === 'write' && (place === null || read.has(area))) mixed.add(area)
    }
  }
  return mixed
}

/** From each fallible call to the next look at the fault cell. */
function faultSpans(steps: readonly Step[]): Spans {
  const spans = new Spans()
  let pending: number | null = null
  for (const [index, { effects }] of steps.entries()) {
    if (effects.readsFault && pending !== null) {
      spans.see(pending, pending)
      spans.see(pending, index)
      pending = null
    }
    if (effects.setsFault) pending ??= index
  }
  return spans
}

/** Ranges of steps by the number of what joins them. */
class Spans {
  readonly #ranges = new Map<number, { readonly first: number; last: number }>()

  see(key: number, index: number): void {
    const range = this.#ranges.get(key)
    if (range) range.last = index
    else this.#ranges.set(key, { first: index, last: index })
  }

  /** Marks the steps that belong to the one before. */
  join(joined: boolean[]): void {
    for (const { first, last } of this.#ranges.values()) if (first < last) joined.fill(true, first + 1, last + 1)
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
