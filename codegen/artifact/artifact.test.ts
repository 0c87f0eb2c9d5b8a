import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Artifact, Unit } from '../../runtime/abi/artifact.ts'
import { parseCanonicalJson } from '../../runtime/engine/artifact/parse-canonical-json.ts'
import { randomModule } from '../../test/support/kernel/random-module.ts'
import type { FunctionIr, ModuleIr } from '../kernel/ir.ts'
import { artifactHash, withHash } from './artifact-hash.ts'
import { assembleUnit } from './assemble-unit.ts'
import { canonicalJson } from './canonical-json.ts'

const tape = Array.from({ length: 500 }, (_, index) => (index * 7919) % 65_536)
const span = { start: 3, end: 9, line: 1, column: 4 }

function artifactOf(mutation: Partial<Artifact> = {}): Omit<Artifact, 'hash'> {
  const unit = assembleUnit(randomModule(tape), { constants: [0, 1], spans: [span] })
  const constants = [{ kind: 'i64', value: 5n } as const, { kind: 'bytes', bytes: Uint8Array.of(1, 2, 255) } as const]
  return { engineVersion: '0', abiVersion: 1, pipelines: [], units: [unit], constants, sites: [], ...mutation }
}

describe('canonicalJson', () => {
  it('does not depend on the order of fields', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3n }] })).toBe(canonicalJson({ a: [{ c: 3n, d: 2 }], b: 1 }))
  })

  it('is read back as what was written', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.bigInt(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
    )
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value
    fc.assert(
      fc.property(tree, (value) => {
        expect(parseCanonicalJson(canonicalJson(value))).toEqual(value)
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})

describe('artifactHash', () => {
  it('is the same for the same content, however long it took to make', () => {
    const first = artifactOf()
    const second = { ...artifactOf(), units: first.units.map((unit) => ({ ...unit, generateMicros: 1_000_000 })) }
    expect(artifactHash(second)).toBe(artifactHash(first))
    expect(artifactHash(first)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('changes with every part', () => {
    const base = artifactHash(artifactOf())
    const others = [
      { engineVersion: '1' },
      { constants: [{ kind: 'i64', value: 6n } as const] },
      { sites: [{ code: 'x', span, arguments: {} }] },
      { units: [] },
    ]
    for (const mutation of others) expect(artifactHash(artifactOf(mutation))).not.toBe(base)
  })

  it('tells functions that only some back ends write in their own way', () => {
    const [unit] = artifactOf().units as [Unit]
    const kernel = unit.kernel as ModuleIr
    const [first, ...rest] = kernel.functions as [FunctionIr, ...FunctionIr[]]
    const marked = { ...kernel, functions: [{ ...first, idiom: 'instant' as const }, ...rest] }
    const changed = artifactOf({ units: [{ ...unit, kernel: marked }] })
    expect(artifactHash(changed)).not.toBe(artifactHash(artifactOf()))
  })

  it('comes with an artifact, and with its copies', () => {
    const content = artifactOf()
    expect(structuredClone(withHash(content)).hash).toBe(artifactHash(content))
  })

  it('survives serialisation', () => {
    const artifact = artifactOf()
    expect(artifactHash(parseCanonicalJson(canonicalJson(artifact)) as typeof artifact)).toBe(artifactHash(artifact))
  })
})

describe('assembleUnit', () => {
  it('is deterministic and says where lines come from', () => {
    const module = randomModule(tape)
    const [first, second] = [
      assembleUnit(module, { constants: [0, 1], spans: [span] }),
      assembleUnit(module, { constants: [0, 1], spans: [span] }),
    ]
    expect(second.javascript).toBe(first.javascript)
    const lines = first.javascript.split('\n')
    expect(lines[0]).toBe('// unit random_0')
    for (const mark of first.marks) expect(lines[mark.line - 1]).toMatch(/^\s*\/\/ plan \d+ [a-z]+/)
  })
})
