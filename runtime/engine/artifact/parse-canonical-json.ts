interface Tagged {
  readonly $bigint?: string
  readonly $bytes?: string
  readonly $number?: string
}

const tags: readonly string[] = ['$bigint', '$bytes', '$number'] satisfies readonly (keyof Tagged)[]

/** The data that canonicalJson (codegen/artifact) wrote. Throws SyntaxError on anything that is not JSON. */
export function parseCanonicalJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return isObject(value) ? untagged(value) : value
}

/** Replaces tagged objects in place: a reviver, called for every number and text, takes longer. */
function untagged(value: object): unknown {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index]
      if (isObject(element)) value[index] = untagged(element)
    }
    return value
  }
  const names = Object.keys(value)
  if (names.length === 1 && tags.includes(names[0] ?? '')) return untag(value)
  const fields = value as Record<string, unknown>
  for (const name of names) {
    const field = fields[name]
    if (isObject(field)) fields[name] = untagged(field)
  }
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function untag(value: Tagged): unknown {
  if (value.$bigint !== undefined) return BigInt(value.$bigint)
  if (value.$bytes !== undefined) return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
  return Number(value.$number)
}
