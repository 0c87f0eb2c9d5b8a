/**
 * JSON of plain data such that equal data give equal text, whatever the order in which their fields were made: keys sorted,
 * bigints, bytes and the numbers that JSON lacks as tagged objects.
 *
 * | value | text |
 * |---|---|
 * | 5n | `{"$bigint":"5"}` |
 * | Uint8Array | `{"$bytes":"<base64>"}` |
 * | NaN, Infinity, -Infinity, -0 | `{"$number":"NaN"}` .. |
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return `{"$bigint":"${value}"}`
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? String(value)
        : `{"$number":"${Object.is(value, -0) ? '-0' : value}"}`
    case 'object':
      return value === null ? 'null' : objectJson(value)
    default:
      return JSON.stringify(value) ?? 'null'
  }
}

function objectJson(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value instanceof Uint8Array) return `{"$bytes":"${Buffer.from(value).toString('base64')}"}`
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`
}
