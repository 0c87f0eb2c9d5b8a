import { sourceLayout } from '../../../codegen/lowering/operators/lower-source.ts'
import { SqlError, type Diagnostic } from '../../../sql/base/diagnostic.ts'
import { createObject, plannerTables } from '../../../sql/catalog/catalog.ts'
import { queryTooComplex } from '../../../sql/messages/raise.ts'
import type { SourceObject } from '../../../sql/catalog/object.ts'
import type { Planner, PlannerScope, Program } from '../../../sql/planner/planner.ts'
import type { PlannerTable, Statement, StatementHead } from '../../../sql/plan/statement.ts'
import type { Planned, SessionState } from './planned.ts'
import { planStatement, storedColumns, type CompilingWorld } from './plan-statement.ts'

export interface PlannedProgram {
  /** The statements that are right, in order. */
  readonly statements: readonly Planned[]
  /** Everything that is wrong, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Plans a whole program without running any of it. Goes on after errors: objects whose CREATE failed are kept as far as
 * they are known, and statements that read what is not known are left out, so that one mistake is reported once.
 */
export function planProgram(planner: Planner, state: SessionState, world: CompilingWorld): PlannedProgram {
  const program = planner.parse(world.program)
  try {
    return planStatements(planner, program, { state, world })
  } finally {
    planner.release(program)
  }
}

function planStatements(
  planner: Planner,
  program: Program,
  from: { readonly state: SessionState; readonly world: CompilingWorld },
): PlannedProgram {
  const { world } = from
  const statements: Planned[] = []
  const diagnostics: Diagnostic[] = [...program.diagnostics]
  const unknown = namesOfBrokenStatements(program, world.program)
  let { state } = from
  for (const [index, head] of program.statements.entries()) {
    if (head.reads.some(({ name }) => unknown.has(name))) {
      if (head.name !== undefined) unknown.add(head.name)
      continue
    }
    let bound: Statement | undefined
    try {
      bound = planner.plan(program, index, scopeOf(head, state))
      const planned = planStatement(bound, state, { ...world, plannerFunctions: () => planner.functionNames() })
      statements.push(planned)
      state = planned.after
    } catch (thrown) {
      const error = stackExhausted(thrown)
        ? new SqlError([queryTooComplex({ detail: 'it is nested too deeply' }, { span: head.span })])
        : thrown
      if (!(error instanceof SqlError)) throw error
      diagnostics.push(...error.diagnostics.map((diagnostic) => located(diagnostic, head)))
      const assumed = assume(bound, state)
      if (assumed !== undefined) state = assumed
      else if (head.name !== undefined && !state.catalog.objects.has(head.name)) unknown.add(head.name)
    }
  }
  return { statements, diagnostics: diagnostics.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)) }
}

function scopeOf(head: StatementHead, state: SessionState): PlannerScope {
  const micros = state.settings.planning_timeout
  return { tables: tablesFor(head, state), deadlineMillis: micros === null ? Number.POSITIVE_INFINITY : micros / 1000 }
}

/** An INSERT brings the columns of its target that are not computed; a NULL among its rows is the target's to refuse. */
function tablesFor({ kind, name, reads }: StatementHead, { catalog }: SessionState): readonly PlannerTable[] {
  const tables = plannerTables(catalog, new Set(reads.map((each) => each.name)))
  const target = kind === 'insert' && name !== undefined ? catalog.objects.get(name) : undefined
  if (target?.kind !== 'source') return tables
  const columns = storedColumns(target).map((column) => ({ ...column, nullable: true }))
  return tables.map((table) => (table.name === target.name ? { name: table.name, columns } : table))
}

/** The compiler walks expressions by recursion, as deep as the statement is. */
function stackExhausted(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

/** An error without a place is shown at its statement. */
function located(diagnostic: Diagnostic, { span }: StatementHead): Diagnostic {
  return diagnostic.span === undefined ? { ...diagnostic, span: { ...span, end: span.start } } : diagnostic
}

/** A source whose options are wrong still has its columns: what reads it can be checked. */
function assume(statement: Statement | undefined, state: SessionState): SessionState | undefined {
  if (statement?.kind !== 'create_source' || state.catalog.objects.has(statement.name)) return undefined
  const { name, columns, primaryKey, watermark } = statement
  const object: SourceObject = {
    kind: 'source',
    name,
    columns,
    definitions: columns,
    primaryKey,
    watermark: watermark ?? null,
    text: '',
    reads: [],
    onError: 'fail',
    connector: null,
    format: null,
    maxAheadMicros: undefined,
  }
  const { catalog } = createObject(state.catalog, object, {
    orReplace: false,
    ifNotExists: true,
    span: statement.nameSpan,
  })
  return { ...state, catalog, layouts: new Map(state.layouts).set(name, sourceLayout(object)) }
}

const createPattern =
  /\bcreate\s+(?:or\s+replace\s+)?(?:source|stream|table|lookup\s+table|materialized\s+view|continuous\s+query)\s+(?:if\s+not\s+exists\s+)?(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/giu

/** Names that statements with syntax errors would have created, as far as their text tells: used to keep silent, never to run anything. */
function namesOfBrokenStatements(program: Program, text: string): Set<string> {
  if (program.diagnostics.length === 0) return new Set()
  const created = new Set(program.statements.map((head) => head.name))
  const names = [...text.matchAll(createPattern)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
  )
  return new Set(names.filter((name) => !created.has(name)))
}
