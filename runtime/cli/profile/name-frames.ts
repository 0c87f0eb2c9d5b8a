import type { Origin } from '../../engine/toolchain/unit-description.ts'
import { functionFrame, keyOf, originFrame, ScriptFunctions } from './frames.ts'
import type { Frame, ProfiledProgram, ProfiledUnit } from './frames.ts'

/** A node of V8's CPU profile: a frame under its callers. */
export interface ProfileNode {
  readonly id: number
  readonly callFrame: Frame
  readonly hitCount?: number | undefined
  readonly children?: readonly number[] | undefined
  /** Lines from 1. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[] | undefined
}

export interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly startTime: number
  readonly endTime: number
  readonly samples?: readonly number[] | undefined
  readonly timeDeltas?: readonly number[] | undefined
}

/** The name of a unit's module in the URL that V8 gives it. */
const moduleUrl = /^wasm:\/\/wasm\/(.+)-[0-9a-f]{8}$/

/** How the functions of a module are called in its names (codegen/wasm): those of the kernel, and those of its own for the library. */
const moduleFunction = /^(?:function_(.+?)(?:_general)?|native_(.+))$/

/**
 * A profile whose frames of generated code name SQL: the query, the plan nodes, and the place in the program. V8 counts lines per frame
 * of JavaScript, so such a frame gets a child for each plan node that its lines come from; samples, which have no line, are shared out among
 * them evenly over time. WebAssembly has no lines: there a frame is a function, named after all plan nodes in it.
 */
export function nameFrames(profile: Profile, units: readonly ProfiledUnit[], program: ProfiledProgram): Profile {
  const namer = new FrameNamer(profile, units, program)
  const nodes = profile.nodes.flatMap((node) => namer.name(node))
  const samples = profile.samples && namer.shareOut(profile.samples)
  return { ...profile, nodes, ...(samples && { samples }) }
}

/** A share of a node's samples: the node itself or one of its new children. */
interface Share {
  readonly id: number
  readonly ticks: number
  given: number
}

class FrameNamer {
  readonly #program: ProfiledProgram
  readonly #scripts = new Map<string, ScriptFunctions>()
  readonly #modules: ReadonlyMap<string, readonly ProfiledUnit[]>
  readonly #shares = new Map<number, readonly Share[]>()
  #lastId: number

  constructor({ nodes }: Profile, units: readonly ProfiledUnit[], program: ProfiledProgram) {
    this.#program = program
    for (const unit of units) this.#scripts.set(unit.script, new ScriptFunctions(unit))
    this.#modules = Map.groupBy(units, ({ module }) => module)
    this.#lastId = Math.max(0, ...nodes.map(({ id }) => id))
  }

  name(node: ProfileNode): readonly ProfileNode[] {
    const script = this.#scripts.get(node.callFrame.url)
    if (script) return this.#nameScript(node, script)
    const units = this.#modules.get(moduleUrl.exec(node.callFrame.url)?.[1] ?? '')
    return units ? [this.#nameModule(node, units)] : [node]
  }

  /** Samples of a node that was divided go to its parts in turn, each as often as it has ticks. */
  shareOut(samples: readonly number[]): readonly number[] {
    return samples.map((id) => {
      const [first, ...others] = this.#shares.get(id) ?? []
      if (first === undefined) return id
      let next = first
      for (const share of others) if (dueOf(share) > dueOf(next)) next = share
      next.given += 1
      return next.id
    })
  }

  #nameModule(node: ProfileNode, units: readonly ProfiledUnit[]): ProfileNode {
    const [, kernel, native] = moduleFunction.exec(node.callFrame.functionName) ?? []
    const owner = [...new Set(units.map((unit) => unit.owner))].join(', ')
    const name = kernel ?? native ?? node.callFrame.functionName
    const own = units.flatMap(({ functions }) => functions.find((each) => each.name === kernel)?.origins ?? [])
    const callFrame = functionFrame(
      node.callFrame,
      { owner, name, origins: own, within: originsOf(units), statement: units[0]?.statement ?? null },
      this.#program,
    )
    return { ...node, callFrame, positionTicks: ticksAt(callFrame, node.hitCount ?? 0) }
  }

  #nameScript(node: ProfileNode, script: ScriptFunctions): readonly ProfileNode[] {
    const { callFrame: raw, positionTicks = [], hitCount = 0 } = node
    const kernel = script.at(raw)
    const callFrame = functionFrame(raw, kernel, this.#program)
    if (kernel.origins.length < 2) return [{ ...node, callFrame, positionTicks: ticksAt(callFrame, hitCount) }]
    const ticks = new Map<string, { readonly origin: Origin; count: number }>()
    for (const { line, ticks: count } of positionTicks) {
      const origin = script.originOf(line, raw.lineNumber)
      if (!origin) continue
      const known = ticks.get(keyOf(origin))
      if (known) known.count += count
      else ticks.set(keyOf(origin), { origin, count })
    }
    const children = [...ticks.values()].map(({ origin, count }) => this.#part(raw, origin, count))
    const left = hitCount - children.reduce((sum, child) => sum + (child.hitCount ?? 0), 0)
    this.#shares.set(node.id, [
      { id: node.id, ticks: left, given: 0 },
      ...children.map(({ id, hitCount: own = 0 }) => ({ id, ticks: own, given: 0 })),
    ])
    const parent: ProfileNode = {
      ...node,
      callFrame,
      hitCount: left,
      children: [...(node.children ?? []), ...children.map(({ id }) => id)],
      positionTicks: ticksAt(callFrame, left),
    }
    return [parent, ...children]
  }

  #part(raw: Frame, origin: Origin, hitCount: number): ProfileNode {
    const callFrame = originFrame(raw, origin, this.#program)
    this.#lastId += 1
    return { id: this.#lastId, callFrame, hitCount, positionTicks: ticksAt(callFrame, hitCount) }
  }
}

function originsOf(units: readonly ProfiledUnit[]): readonly Origin[] {
  return units.flatMap(({ functions }) => functions.flatMap(({ origins }) => origins))
}

/** How much of its share has not come yet. */
function dueOf({ ticks, given }: Share): number {
  return ticks === 0 ? 0 : (ticks - given) / ticks
}

/** Viewers show these in the margin of the program. */
function ticksAt({ lineNumber }: Frame, ticks: number): readonly { readonly line: number; readonly ticks: number }[] {
  return ticks === 0 ? [] : [{ line: lineNumber + 1, ticks }]
}
