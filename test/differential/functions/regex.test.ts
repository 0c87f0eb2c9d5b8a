import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { translateRegex } from '../../../runtime/abi/pattern/regex.ts'
import { loadPlanner } from '../../../sql/planner/planner.ts'
import { typed } from '../../support/expressions/build.ts'
import type { Outcome } from '../../support/expressions/evaluate.ts'
import { askDataFusion } from './datafusion.ts'
import { seed } from '../../support/seed.ts'

/** The last six are refused by both. */
const atoms = fc.constantFrom(
  'a',
  'b',
  'é',
  '😀',
  '.',
  ' ',
  '_',
  '-',
  '/',
  '&',
  '~',
  '#',
  ']',
  '}',
  '^',
  '$',
  '\\A',
  '\\z',
  '\\b',
  '\\B',
  '\\n',
  '\\.',
  '\\-',
  '\\x41',
  '\\u{e9}',
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\pL',
  '\\p{Lu}',
  '\\P{L}',
  '\\p{Greek}',
  '[ab]',
  '[^a]',
  '[a-c]',
  '[[:alpha:]]',
  '[^[:digit:]_]',
  '[\\d.]',
  '[\\w--b]',
  '[a-z&&[^b]]',
  '[]a]',
  '[^]a]',
  '[a-]',
  '[-a]',
  '[\\]]',
  '[^\\W]',
  '[&]',
  '[a&&b]',
  '[[a]b]',
  '(?i)',
  '(?s)',
  '(?m)',
  '(?x)',
  '\\1',
  '(?=a)',
  '{',
  '[b-a]',
  '\\Q',
  '\\p{Foo}',
)
const { sequence } = fc.letrec<{ node: string; sequence: string }>((tie) => ({
  node: fc.oneof(
    { weight: 6, arbitrary: atoms },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(?:', '(?i:', '(?-i:', '(?P<n>'), tie('sequence'))
        .map(([open, inner]) => `${open}${inner})`),
    },
    { weight: 1, arbitrary: fc.tuple(tie('sequence'), tie('sequence')).map(([left, right]) => `(${left}|${right})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(atoms, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?'))
        .map(([atom, times]) => atom + times),
    },
  ),
  sequence: fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((nodes) => nodes.join('')),
}))
const texts = fc.array(
  fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'é', 'É', '😀', 'Ω', '1', '٣', ' ', '\n', '_', '.', '-', '&', 'Z', ']'),
    maxLength: 6,
  }),
  { minLength: 4, maxLength: 4 },
)

const columns = [{ name: 's', type: typed('VARCHAR'), nullable: true }]
const planner = loadPlanner()

/** What the Rust crate says, null when it refuses the pattern. */
function ask(pattern: string, rows: readonly string[]): readonly (boolean | null)[] {
  const outcomes: readonly Outcome[] = askDataFusion(
    planner,
    { columns, rows: rows.map((text) => [text]) },
    `regexp_like(s, '${pattern}')`,
  )
  return outcomes.map((outcome) => ('error' in outcome ? null : outcome.value === true))
}

describe('regular expressions', () => {
  it(`mean what they mean in the Rust crate, SEED=${seed}`, () => {
    fc.assert(
      fc.property(sequence, texts, (pattern, rows) => {
        const translated = translateRegex(pattern, '')
        const theirs = ask(pattern, rows)
        const ours = rows.map((text) =>
          'problem' in translated ? null : new RegExp(translated.source, translated.flags).test(text),
        )
        // JavaScript allows a name twice in different alternatives; the crate does not.
        fc.pre(!(pattern.split('(?P<n>').length > 2))
        expect(ours, 'problem' in translated ? translated.problem : translated.source).toEqual(theirs)
      }),
      { seed, numRuns: Number(process.env['RUNS'] ?? 150) },
    )
  })

  it('says what it refuses', () => {
    const problem = (pattern: string): string => {
      const translated = translateRegex(pattern, '')
      return 'problem' in translated ? translated.problem : ''
    }
    expect(problem('(?=a)')).toMatch(/look-around/)
    expect(problem('(a)\\1')).toMatch(/back-references/)
    expect(problem('a{')).toMatch(/repetition/)
    expect(problem('[a')).toMatch(/never closed/)
    expect(problem('a)')).toMatch(/closes nothing/)
    expect(translateRegex('a', 'q')).toEqual({ problem: 'flag q is not known' })
  })
})
