import { didYouMean } from '../base/did-you-mean.ts'
import { SqlError } from '../base/diagnostic.ts'
import {
  cyclicDependency,
  dependentObjects,
  duplicateObject,
  unknownObject,
  unknownTable,
  wrongObjectKind,
} from '../messages/raise.ts'
import type { ObjectKind, PlannerTable } from '../plan/statement.ts'
import { kindLabel, type CatalogObject, type ObjectName } from './object.ts'

/** All objects by name, in the order of their creation. A value: every change gives a new catalog. */
export interface Catalog {
  readonly objects: ReadonlyMap<string, CatalogObject>
}

export const emptyCatalog: Catalog = { objects: new Map() }

export interface CreateClauses {
  readonly orReplace: boolean
  readonly ifNotExists: boolean
}

export interface Created {
  readonly catalog: Catalog
  /** `exists`: IF NOT EXISTS found one, nothing changed. */
  readonly outcome: 'created' | 'replaced' | 'exists'
}

/**
 * Adds an object. Errors: `duplicate_object`; with OR REPLACE `wrong_object_kind`, `dependent_objects`;
 * `unknown_table`, `wrong_object_kind` and `cyclic_dependency` for what it reads.
 */
export function createObject(
  catalog: Catalog,
  object: CatalogObject,
  where: CreateClauses & Pick<ObjectName, 'span'>,
): Created {
  const present = catalog.objects.get(object.name)
  if (present && where.ifNotExists) return { catalog, outcome: 'exists' }
  if (present && !where.orReplace) {
    throw new SqlError([duplicateObject({ kind: kindLabel(present.kind), name: present.name }, { span: where.span })])
  }
  if (present) checkReplaceable(catalog, present, { kind: object.kind, span: where.span })
  checkReads(catalog, object, where.span)
  const objects = new Map(catalog.objects).set(object.name, object)
  return { catalog: { objects }, outcome: present ? 'replaced' : 'created' }
}

function checkReplaceable(
  catalog: Catalog,
  present: CatalogObject,
  wanted: { readonly kind: ObjectKind } & Pick<ObjectName, 'span'>,
): void {
  if (present.kind !== wanted.kind) throw wrongKind(present, wanted.kind, wanted.span)
  const readers = dependentsOf(catalog, present.name)
  if (readers.length > 0) throw stillRead(present, readers, wanted.span)
}

function checkReads(catalog: Catalog, object: CatalogObject, span: ObjectName['span']): void {
  if (object.reads.includes(object.name)) {
    throw new SqlError([cyclicDependency({ kind: kindLabel(object.kind), name: object.name }, { span })])
  }
  for (const name of object.reads) readableObject(catalog, { name, span })
}

/** The object, for reading from it. Errors: `unknown_table`, `wrong_object_kind` for a sink. */
export function readableObject(catalog: Catalog, { name, span }: ObjectName): Exclude<CatalogObject, { kind: 'sink' }> {
  const object = catalog.objects.get(name)
  if (!object) {
    const names = [...catalog.objects.values()].filter(({ kind }) => kind !== 'sink').map((known) => known.name)
    throw new SqlError([unknownTable({ name }, { span, hint: didYouMean(name, names) })])
  }
  if (object.kind === 'sink') {
    throw new SqlError([wrongObjectKind({ name, kind: 'sink', expected: 'source, stream or view' }, { span })])
  }
  return object
}

export interface DropRequest extends ObjectName {
  readonly object: ObjectKind
  readonly ifExists: boolean
  readonly cascade: boolean
}

export interface Dropped {
  readonly catalog: Catalog
  /** Readers before what they read: the order in which to stop them. */
  readonly dropped: readonly CatalogObject[]
}

/** Errors: `unknown_object`, `wrong_object_kind`, `dependent_objects`. */
export function dropObject(catalog: Catalog, request: DropRequest): Dropped {
  const { name, span } = request
  const object = catalog.objects.get(name)
  if (!object) {
    if (request.ifExists) return { catalog, dropped: [] }
    const hint = didYouMean(name, catalog.objects.keys())
    throw new SqlError([unknownObject({ kind: kindLabel(request.object), name }, { span, hint })])
  }
  if (object.kind !== request.object) throw wrongKind(object, request.object, span)
  const readers = transitiveDependentsOf(catalog, name)
  if (readers.length > 0 && !request.cascade) throw stillRead(object, dependentsOf(catalog, name), span)
  const dropped = [...readers, object]
  const gone = new Set(dropped.map((each) => each.name))
  return { catalog: { objects: new Map([...catalog.objects].filter(([key]) => !gone.has(key))) }, dropped }
}

/** The objects that read `name` directly, in the order of creation. */
export function dependentsOf(catalog: Catalog, name: string): readonly CatalogObject[] {
  return [...catalog.objects.values()].filter(({ reads }) => reads.includes(name))
}

/** The objects that read `name` directly or through others, readers first. Creation order is a topological order. */
function transitiveDependentsOf(catalog: Catalog, name: string): readonly CatalogObject[] {
  const reached = new Set([name])
  const readers: CatalogObject[] = []
  for (const object of inDependencyOrder(catalog)) {
    if (!object.reads.some((read) => reached.has(read))) continue
    reached.add(object.name)
    readers.push(object)
  }
  return readers.toReversed()
}

/** Every object after what it reads. Replacing keeps a name's place in the map, so the map's own order will not do. */
function inDependencyOrder(catalog: Catalog): readonly CatalogObject[] {
  const ordered = new Set<CatalogObject>()
  const visit = (object: CatalogObject): void => {
    if (ordered.has(object)) return
    for (const name of object.reads) {
      const read = catalog.objects.get(name)
      if (read) visit(read)
    }
    ordered.add(object)
  }
  for (const object of catalog.objects.values()) visit(object)
  return [...ordered]
}

/** All tables, so that the planner can propose names, with columns for those that a statement reads: it gets them with every statement. */
export function plannerTables(catalog: Catalog, read: ReadonlySet<string>): readonly PlannerTable[] {
  return [...catalog.objects.values()]
    .filter(({ kind }) => kind !== 'sink')
    .map(({ name, columns }) => ({
      name,
      columns: read.has(name)
        ? columns.map((column) => ({ name: column.name, type: column.type, nullable: column.nullable }))
        : [],
    }))
}

function wrongKind(object: CatalogObject, expected: ObjectKind, span: ObjectName['span']): SqlError {
  const values = { name: object.name, kind: kindLabel(object.kind), expected: kindLabel(expected) }
  return new SqlError([wrongObjectKind(values, { span })])
}

function stillRead(object: CatalogObject, readers: readonly CatalogObject[], span: ObjectName['span']): SqlError {
  const dependents = readers.map(({ kind, name }) => `${kindLabel(kind)} ${name}`).join(', ')
  return new SqlError([dependentObjects({ kind: kindLabel(object.kind), name: object.name, dependents }, { span })])
}
