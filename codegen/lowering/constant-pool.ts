import type { Constant, Site } from '../../runtime/abi/artifact.ts'

/**
 * What one artifact's units share: constants (everything that came from SQL as text or does not fit a number literal) and
 * sites (places of the query that can fail for a row). Generated code names both by number only.
 */
export class ConstantPool {
  readonly #constants: Constant[] = []
  readonly #sites: Site[] = []
  /** Numbers of sites by where they start (-1: nowhere). */
  readonly #sitesAt = new Map<number, number[]>()

  /** Never merged by content: which constants are equal must not show in generated code. */
  addConstant(constant: Constant): number {
    return this.#constants.push(constant) - 1
  }

  /** Equal sites (same code, span and arguments) share a number: their rows are counted together. */
  addSite(site: Site): number {
    const start = site.span?.start ?? -1
    const near = this.#sitesAt.get(start)
    const known = near?.find((number) => isSame(site, this.#sites[number]))
    if (known !== undefined) return known
    const number = this.#sites.push(site) - 1
    if (near) near.push(number)
    else this.#sitesAt.set(start, [number])
    return number
  }

  get constants(): readonly Constant[] {
    return this.#constants
  }

  get sites(): readonly Site[] {
    return this.#sites
  }
}

/** Of sites that start at one place: where they end, says the rest of the span. */
function isSame(left: Site, right: Site | undefined): boolean {
  if (left.code !== right?.code || left.span?.end !== right.span?.end) return false
  const names = Object.keys(left.arguments)
  return (
    names.length === Object.keys(right.arguments).length &&
    names.every((name) => left.arguments[name] === right.arguments[name])
  )
}
