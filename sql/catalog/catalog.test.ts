import { describe, expect, it } from 'vitest'
import { SqlError } from '../base/diagnostic.ts'
import { catalogOf, columns, source, span, stream } from '../../test/support/plans.ts'
import { createObject, dropObject, plannerTables, readableObject, type Catalog, type DropRequest } from './catalog.ts'
import type { CatalogObject } from './object.ts'

const schema = columns('a BIGINT')
const reading = (name: string, ...reads: readonly string[]): CatalogObject => ({ ...stream(name, schema), reads })
const sink = (name: string, read: string): CatalogObject => {
  const { facts: _, ...rest } = stream(name, schema) as CatalogObject & { readonly kind: 'stream' }
  const connector = { name: 'stdout', nameSpan: span, options: [] }
  return { ...rest, kind: 'sink', reads: [read], connector, format: null }
}

const catalog = catalogOf(source('s', schema), reading('a', 's'), reading('b', 'a', 's'), sink('out', 'b'))

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof SqlError) return error.code
    throw error
  }
  return undefined
}

const drop = (from: Catalog, name: string, more: Partial<DropRequest> = {}): readonly string[] =>
  dropObject(from, { name, object: 'stream', ifExists: false, cascade: false, span, ...more }).dropped.map(
    (object) => object.name,
  )

describe('createObject', () => {
  const plain = { orReplace: false, ifNotExists: false, span }

  it('never changes the catalog that it is given', () => {
    const { catalog: next, outcome } = createObject(catalog, reading('c', 'b'), plain)
    expect(outcome).toBe('created')
    expect([next.objects.has('c'), catalog.objects.has('c')]).toEqual([true, false])
  })

  it('refuses a name that is taken, unless told otherwise', () => {
    expect(codeOf(() => createObject(catalog, reading('a', 's'), plain))).toBe('duplicate_object')
    expect(createObject(catalog, reading('a', 's'), { ...plain, ifNotExists: true })).toEqual({
      catalog,
      outcome: 'exists',
    })
  })

  it('replaces what nobody reads by an object of the same kind', () => {
    const replace = { ...plain, orReplace: true }
    const free = catalogOf(source('s', schema), reading('a', 's'))
    expect(createObject(free, reading('a', 's'), replace).outcome).toBe('replaced')
    expect(codeOf(() => createObject(catalog, reading('a', 's'), replace))).toBe('dependent_objects')
    expect(codeOf(() => createObject(free, source('a', schema), replace))).toBe('wrong_object_kind')
    expect(codeOf(() => createObject(free, reading('a', 'a'), replace))).toBe('cyclic_dependency')
  })

  it('refuses what reads nothing that exists, or a sink', () => {
    expect(codeOf(() => createObject(catalog, reading('c', 'nothing'), plain))).toBe('unknown_table')
    expect(codeOf(() => createObject(catalog, reading('c', 'out'), plain))).toBe('wrong_object_kind')
  })

  it('takes names that mean something to JavaScript', () => {
    const next = createObject(catalog, reading('__proto__', 's'), plain).catalog
    expect(readableObject(next, { name: '__proto__' }).name).toBe('__proto__')
    expect(codeOf(() => readableObject(catalog, { name: 'constructor' }))).toBe('unknown_table')
  })
})

describe('dropObject', () => {
  it('drops what nobody reads', () => {
    expect(drop(catalog, 'out', { object: 'sink' })).toEqual(['out'])
  })

  it('keeps what others read, or takes them along: readers first', () => {
    expect(codeOf(() => drop(catalog, 'a'))).toBe('dependent_objects')
    expect(drop(catalog, 'a', { cascade: true })).toEqual(['out', 'b', 'a'])
  })

  it('takes readers first even when what they read was replaced later', () => {
    const objects = new Map([...catalog.objects].toReversed())
    expect(drop({ objects }, 's', { object: 'source', cascade: true })).toEqual(['out', 'b', 'a', 's'])
  })

  it('asks for the right kind and name', () => {
    expect(codeOf(() => drop(catalog, 'a', { object: 'sink' }))).toBe('wrong_object_kind')
    expect(codeOf(() => drop(catalog, 'x'))).toBe('unknown_object')
    expect(drop(catalog, 'x', { ifExists: true })).toEqual([])
  })
})

describe('plannerTables', () => {
  it('are all that can be read', () => {
    expect(plannerTables(catalog, new Set()).map(({ name }) => name)).toEqual(['s', 'a', 'b'])
  })

  it('have columns where they are read', () => {
    const sent = plannerTables(catalog, new Set(['a', 'x'])).filter(({ columns }) => columns.length > 0)
    expect(sent.map(({ name }) => name)).toEqual(['a'])
  })
})
