import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLibraryBench } from '../../../test/support/expressions/library-bench.ts'

const { library, view, made, fault, reset } = createLibraryBench()

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', 'é', '数', '😀'), maxLength: 24 }),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed()),
)
const parts = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 3 })
const counts = fc.integer({ min: -30, max: 30 })

const check = <T extends unknown[]>(property: fc.IPropertyWithHooks<T>): void => {
  fc.assert(property, { numRuns: 1500 })
  reset()
}

describe('text, against JavaScript strings', () => {
  it('equality, order and hash are those of the bytes', () => {
    check(
      fc.property(texts, texts, (a, b) => {
        const [x, y] = [view(a), view(b)]
        const order = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))
        expect(library.string_compare(x, y)).toBe(order)
        expect(library.string_equal(x, y)).toBe(order === 0)
        expect(library.string_hash(x)).toBe(library.string_hash(view(a)))
        expect(library.string_equal(x, view(a))).toBe(true)
      }),
    )
    const hashes = new Set(Array.from({ length: 20_000 }, (_, index) => library.string_hash(view(`key ${index}`))))
    expect(hashes.size).toBeGreaterThan(19_990)
    reset()
  })

  it('lengths, positions and tests count characters', () => {
    check(
      fc.property(texts, parts, (text, part) => {
        const points = [...text]
        expect(library.string_length(view(text))).toBe(points.length)
        const at = text.indexOf(part)
        expect(library.string_position(view(text), view(part))).toBe(
          at < 0 ? 0 : Array.from(text.slice(0, at)).length + 1,
        )
        expect(library.string_contains(view(text), view(part))).toBe(text.includes(part))
        expect(library.string_starts_with(view(text), view(part))).toBe(text.startsWith(part))
        expect(library.string_ends_with(view(text), view(part))).toBe(text.endsWith(part))
        expect(library.string_ascii(view(text))).toBe(points[0]?.codePointAt(0) ?? 0)
      }),
    )
  })

  it('text that begins alike', () => {
    check(
      fc.property(texts, fc.nat(40), fc.nat(255), (text, count, change) => {
        const bytes = Buffer.from(`${text} and more of it`)
        const at = count % bytes.length
        const part = bytes.toString('latin1', 0, at)
        expect(library.string_starts_with(view(bytes.toString('latin1')), view(part))).toBe(true)
        const other = Buffer.from(bytes)
        other[at] = change
        const [whole, changed] = [view(bytes.toString('latin1')), view(other.toString('latin1'))]
        expect(library.string_equal(whole, changed)).toBe(bytes[at] === change)
        expect(library.string_starts_with(whole, view(other.toString('latin1', 0, at + 1)))).toBe(bytes[at] === change)
      }),
    )
  })

  it('slices', () => {
    check(
      fc.property(texts, counts, counts, (text, start, count) => {
        const points = [...text]
        const cut = (from: number, to: number): string => points.slice(Math.max(0, from), Math.max(0, to)).join('')
        expect(made((out) => library.string_substring(view(text), start, count, out))).toBe(
          count < 0 ? '<invalid_argument>' : cut(start - 1, start - 1 + count),
        )
        expect(made((out) => library.string_from(view(text), start, out))).toBe(cut(start - 1, points.length))
        expect(made((out) => library.string_left(view(text), count, out))).toBe(
          count >= 0 ? cut(0, count) : cut(0, points.length + count),
        )
        expect(made((out) => library.string_right(view(text), count, out))).toBe(
          count >= 0 ? cut(points.length - count, points.length) : cut(-count, points.length),
        )
        expect(made((out) => library.string_reverse(view(text), out))).toBe(points.toReversed().join(''))
      }),
    )
  })

  it('builds', () => {
    check(
      fc.property(texts, texts, parts, counts, (a, b, part, count) => {
        expect(made((out) => library.string_concat(view(a), view(b), out))).toBe(a + b)
        expect(made((out) => library.string_replace(view(a), view(part), view(b), out))).toBe(
          part === '' ? a : a.replaceAll(part, () => b),
        )
        expect(made((out) => library.string_repeat(view(part), count, out))).toBe(part.repeat(Math.max(0, count)))
        const points = [...a]
        const missing = Math.max(0, count) - points.length
        const fill = [...part]
        const padding =
          missing <= 0 || fill.length === 0
            ? ''
            : Array.from({ length: missing }, (_, index) => fill[index % fill.length]).join('')
        const head = points.slice(0, Math.max(0, count)).join('')
        expect(made((out) => library.string_lpad(view(a), count, view(part), out))).toBe(padding + head)
        expect(made((out) => library.string_rpad(view(a), count, view(part), out))).toBe(head + padding)
      }),
    )
  })

  it('case, splitting, trimming, translation', () => {
    check(
      fc.property(texts, parts, counts, (text, part, n) => {
        expect(made((out) => library.string_upper(view(text), out))).toBe(text.toUpperCase())
        expect(made((out) => library.string_lower(view(text), out))).toBe(text.toLowerCase())
        const fields = part === '' ? [text] : text.split(part)
        const expected = n === 0 ? '<invalid_argument>' : (fields.at(n > 0 ? n - 1 : n) ?? '')
        expect(made((out) => library.string_split_part(view(text), view(part), n, out))).toBe(
          n < -fields.length ? '' : expected,
        )
        const isIn = (point: string | undefined): boolean => point !== undefined && [...part].includes(point)
        const left = [...text]
        while (isIn(left[0])) left.shift()
        expect(made((out) => library.string_ltrim(view(text), view(part), out))).toBe(left.join(''))
        while (isIn(left.at(-1))) left.pop()
        expect(made((out) => library.string_btrim(view(text), view(part), out))).toBe(left.join(''))
        const map = new Map([...part].map((point, index): [string, string] => [point, 'xy'[index] ?? '']).toReversed())
        expect(made((out) => library.string_translate(view(text), view(part), view('xy'), out))).toBe(
          [...text].map((point) => map.get(point) ?? point).join(''),
        )
      }),
    )
  })

  it('a result may replace its operand in place', () => {
    const cell = view('ab')
    library.string_concat(cell, view('cdefgh'), cell)
    library.string_concat(cell, view('ijklmnop'), cell)
    library.string_upper(cell, cell)
    library.string_reverse(cell, cell)
    expect(made((out) => library.string_left(cell, 20, out))).toBe('PONMLKJIHGFEDCBA')
  })

  it('hex, chr, overlay, bounded results', () => {
    expect(made((out) => library.string_to_hex(255n, out))).toBe('ff')
    expect(made((out) => library.string_to_hex(-1n, out))).toBe('f'.repeat(16))
    expect(made((out) => library.string_to_hex(0n, out))).toBe('0')
    expect(made((out) => library.string_to_hex(2n ** 32n, out))).toBe('100000000')
    expect(made((out) => library.string_chr(0x1f600, out))).toBe('😀')
    expect([0, -1, 0xd800, 0x110000].map((point) => made((out) => library.string_chr(point, out)))).toEqual(
      Array.from({ length: 4 }, () => '<invalid_argument>'),
    )
    expect(made((out) => library.string_overlay(view('Txxxxas'), view('hom'), 2, 4, out))).toBe('Thomas')
    expect(made((out) => library.string_overlay(view('Txxxas'), view('hom'), 2, -(2 ** 31), out))).toBe('Thomas')
    expect(made((out) => library.string_initcap(view('hello wORLD éa 2nd'), out))).toBe('Hello World Éa 2nd')
    expect(made((out) => library.string_repeat(view('x'.repeat(1000)), 100_000, out))).toBe('<invalid_argument>')
    expect(library.string_find_in_set(view('b'), view('a,b,c'))).toBe(2)
    expect(library.string_levenshtein(view('kitten'), view('sitting'))).toBe(3)
    expect(fault()).not.toBe('none')
  })
})
