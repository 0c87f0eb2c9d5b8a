interface Tagged {
  readonly $bigint?: string
  readonly $bytes?: string
  readonly $number?: string
}

/** The data that canonicalJson (codegen/artifact) wrote. Throws SyntaxError on anything that is not JSON. */
export function parseCanonicalJson(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => (isTagged(value) ? untag(value) : value))
}

function isTagged(value: unknown): value is Tagged {
  if (typeof value !== 'object' || value === null) return false
  const [name, ...rest] = Object.keys(value)
  return rest.length === 0 && (name === '$bigint' || name === '$bytes' || name === '$number')
}

function untag(value: Tagged): unknown {
  if (value.$bigint !== undefined) return BigInt(value.$bigint)
  if (value.$bytes !== undefined) return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
  return Number(value.$number)
}
