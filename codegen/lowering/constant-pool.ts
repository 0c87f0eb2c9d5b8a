import type { Constant, Site } from '../../runtime/abi/artifact.ts'

/**
 * What one artifact's units share: constants (everything that came from SQL as text or does not fit a number literal) and
 * sites (places of the query that can fail for a row). Generated code names both by number only.
 */
export class ConstantPool {
  readonly #constants: Constant[] = []
  readonly #sites: Site[] = []
  readonly #siteByKey = new Map<string, number>()

  /** Never merged by content: which constants are equal must not show in generated code. */
  addConstant(constant: Constant): number {
    return this.#constants.push(constant) - 1
  }

  /** Equal sites (same code, span and arguments) share a number: their rows are counted together. */
  addSite(site: Site): number {
    const key = keyOf(site)
    const known = this.#siteByKey.get(key)
    if (known !== undefined) return known
    const number = this.#sites.push(site) - 1
    this.#siteByKey.set(key, number)
    return number
  }

  get constants(): readonly Constant[] {
    return this.#constants
  }

  get sites(): readonly Site[] {
    return this.#sites
  }
}

function keyOf({ code, span, arguments: values }: Site): string {
  let key = span === null ? code : `${code} ${span.start} ${span.end}`
  for (const name of Object.keys(values)) key += ` ${name} ${JSON.stringify(values[name])}`
  return key
}
