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
  return new Writer().text(value)
}

/** Text that JSON writes as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/

/** The fields of objects of one shape. */
interface Shape {
  readonly names: readonly string[]
  /** In the order of writing, each with its name as it is written. */
  readonly fields: readonly { readonly name: string; readonly written: string }[]
}

class Writer {
  /** By first field. What is written has thousands of objects of a few shapes, and sorting names is dear. */
  readonly #shapes = new Map<string, Shape[]>()

  text(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return plain.test(value) ? `"${value}"` : JSON.stringify(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return `{"$bigint":"${value}"}`
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? String(value)
          : `{"$number":"${Object.is(value, -0) ? '-0' : value}"}`
      case 'object':
        return value === null ? 'null' : this.#object(value)
      default:
        return JSON.stringify(value) ?? 'null'
    }
  }

  #object(value: object): string {
    if (Array.isArray(value)) return this.#array(value)
    if (value instanceof Uint8Array) return `{"$bytes":"${Buffer.from(value).toString('base64')}"}`
    let text = ''
    for (const { name, written } of this.#shape(Object.keys(value)).fields) {
      const field: unknown = value[name as keyof typeof value]
      if (field !== undefined) text += (text === '' ? '' : ',') + written + this.text(field)
    }
    return `{${text}}`
  }

  #array(values: readonly unknown[]): string {
    let text = ''
    for (const value of values) text += (text === '' ? '' : ',') + this.text(value)
    return `[${text}]`
  }

  #shape(names: readonly string[]): Shape {
    const [first] = names
    if (first === undefined) return { names, fields: [] }
    const similar = this.#shapes.get(first) ?? []
    const known = similar.find((shape) => areSame(shape.names, names))
    if (known !== undefined) return known
    const fields = names.toSorted().map((name) => ({ name, written: `${JSON.stringify(name)}:` }))
    const shape = { names, fields }
    if (similar.push(shape) === 1) this.#shapes.set(first, similar)
    return shape
  }
}

function areSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false
  for (const [index, name] of left.entries()) if (name !== right[index]) return false
  return true
}
