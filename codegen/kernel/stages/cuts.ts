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
 * Cuts the steps of a row loop into stages of about `sizeBytesMax`. Running stage after stage, each over all rows, must leave the same
 * memory as running row after row. So these stay together in one stage:
 * - everything that uses a variable which outlives the row and is set in it;
 * - all calls with effects, so that they happen row by row;
 * - all touches of an area that is both read and written, and all writes to one place;
 * - a fallible call and the next look at the fault cell.
 */
export function cutStages(steps: readonly Step[], sizeBytesMax: number, costs: Costs): readonly (readonly Step[])[] {
  const isJoined = joinSteps(steps)
  const stages: Step[][] = []
  let stage: Step[] = []
  let cost = 0
  for (const [index, step] of steps.entries()) {
    const own = costs.statementBytes(step.statement)
    // a cut may come later than wished where steps are joined
    if (stage.length > 0 && cost + own > sizeBytesMax && isJoined[index] !== true) {
      stages.push(stage)
      stage = []
      cost = 0
    }
    stage.push(step)
    cost += own
  }
  return stage.length > 0 ? [...stages, stage] : stages
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
