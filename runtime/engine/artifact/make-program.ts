import { must } from '../../../sql/base/assert.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { notCompilable } from '../../../sql/messages/raise.ts'
import type { OnError } from '../../../sql/catalog/on-error.ts'
import { abiVersion, type Artifact, type SinkArtifact, type SourceArtifact, type Unit } from '../../abi/artifact.ts'
import type { DeployableSource } from '../deployment/deployable.ts'
import type { Planned } from '../planning/planned.ts'
import { engineVersion } from '../version.ts'
import { sinkKey } from '../cache/cache-key.ts'
import { encoderParts, type SinkParts } from '../cache/encoder-parts.ts'
import { columnSets } from './column-sets.ts'
import { encodedRows } from './encoded-rows.ts'
import { sinkFacts, sourceFacts } from './connector-facts.ts'
import type {
  CarriedQuery,
  CarriedSink,
  CarriedSource,
  CarriedUnit,
  ProgramArtifact,
  StatementArtifact,
} from './program-artifact.ts'

/** A unit and the statement (1-based; 0: the engine's own) that it runs. */
export interface NamedUnit {
  readonly name: string
  readonly statement: number
  readonly unit: Unit
}

export interface MadeProgram {
  readonly program: ProgramArtifact
  readonly units: readonly NamedUnit[]
}

/** What belongs to a program beside its statements. */
export interface ProgramParts {
  readonly deadLetters: DeployableSource
  /** As the program finds it. */
  readonly onError: OnError
  readonly encoder: (rows: SinkParts) => SinkArtifact
}

/** The program without its code, and the code by name. @throws SqlError not_compilable */
export function makeProgram(planned: readonly Planned[], { deadLetters, onError, encoder }: ProgramParts): MadeProgram {
  const units = new UnitNames()
  const encoders = new Map<string, ProgramArtifact['encoders'][number]>()
  const statements = planned.map((each, index) => {
    const named = units.of(index + 1)
    const statement = makeStatement(each, named, planned)
    for (const rows of encodedRows(each)) {
      const key = sinkKey(rows)
      if (!encoders.has(key)) encoders.set(key, { rows: encoderParts(rows), artifact: named.sink(encoder(rows)) })
    }
    return statement
  })
  const all = new Set(deadLetters.object.columns.keys())
  const program = {
    engineVersion,
    abiVersion,
    statements,
    onError,
    encoders: [...encoders.values()],
    deadLetters: units.of(0).source(deadLetters.compile(all)),
    needsEvaluator: planned.some((each) => artifactsOf(each).some(callsEvaluator)),
  }
  return { program, units: units.named }
}

function makeStatement(planned: Planned, units: StatementUnits, program: readonly Planned[]): StatementArtifact {
  const { span, warnings } = planned
  const common = { span, warnings }
  switch (planned.kind) {
    case 'create_source':
      return makeSource(planned, units, program)
    case 'create_query': {
      const { object, outcome, prepared } = planned
      const { kind, name, options } = must(narrow(planned.statement, ['create_stream', 'create_materialized_view']))
      const artifact = units.query(prepared.artifact)
      return {
        kind: 'create_query',
        ...common,
        outcome,
        statement: { kind, name, options },
        reads: object.reads,
        artifact,
      }
    }
    case 'create_sink': {
      const { object, outcome, prepared, key, connector } = planned
      const { name, nameSpan, options, format } = must(narrow(planned.statement, ['create_sink']))
      return {
        kind: 'create_sink',
        ...common,
        outcome,
        statement: { name, nameSpan, options, ...(format && { format }) },
        reads: object.reads,
        columns: object.columns.map(({ name: column, type, nullable }) => ({ name: column, type, nullable })),
        connector: sinkFacts(connector),
        key,
        artifact: units.query(prepared.artifact),
      }
    }
    case 'drop':
      return { kind: 'drop', ...common, names: planned.dropped.map(({ name }) => name) }
    case 'insert': {
      const { target, columns, prepared } = planned
      const artifact = units.query(prepared.artifact)
      return { kind: 'insert', ...common, target: target.name, columns, querySpan: prepared.query.span, artifact }
    }
    case 'select': {
      const { prepared } = planned
      const live = planned.prepareLive()
      return {
        kind: 'select',
        ...common,
        querySpan: prepared.query.span,
        artifact: units.query(prepared.artifact),
        live: live === prepared ? null : units.query(live.artifact),
      }
    }
    case 'explain':
      throw new SqlError([notCompilable({ feature: 'EXPLAIN' }, { span })])
    case 'listing':
      return { kind: 'listing', ...common, listing: planned.listing }
    case 'set':
      return { kind: 'set', ...common, option: must(narrow(planned.statement, ['set'])).option }
    default:
      return planned satisfies never
  }
}

function makeSource(
  planned: Planned & { readonly kind: 'create_source' },
  units: StatementUnits,
  program: readonly Planned[],
): StatementArtifact {
  const { span, warnings, outcome, connector, compile } = planned
  const sets = outcome === 'exists' ? [] : columnSets(planned, program)
  return {
    kind: 'create_source',
    span,
    warnings,
    outcome,
    statement: must(narrow(planned.statement, ['create_source'])),
    connector: connector === null ? null : sourceFacts(connector),
    code: sets.map((columns) => ({ columns, artifact: units.source(compile(new Set(columns))) })),
  }
}

function narrow<S extends { readonly kind: string }, K extends S['kind']>(
  statement: S,
  kinds: readonly K[],
): (S & { readonly kind: K }) | undefined {
  return kinds.some((kind) => kind === statement.kind) ? (statement as S & { readonly kind: K }) : undefined
}

function artifactsOf(planned: Planned): readonly Artifact[] {
  return 'prepared' in planned ? [planned.prepared.artifact] : []
}

function callsEvaluator({ pipelines }: Artifact): boolean {
  return pipelines.some(({ terminal }) => terminal.kind === 'evaluate')
}

/** Names of units: `02-0` is the first unit of the second statement. */
class UnitNames {
  readonly named: NamedUnit[] = []

  of(statement: number): StatementUnits {
    let count = 0
    const carry = (unit: Unit): CarriedUnit => {
      const name = `${String(statement).padStart(2, '0')}-${count++}`
      this.named.push({ name, statement, unit })
      const { constantCount, constants, scratchSizeBytes } = unit
      return { name, constantCount, constants, scratchSizeBytes }
    }
    return {
      query: (artifact) => ({ ...artifact, units: artifact.units.map(carry) }),
      source: (artifact) => ({ ...artifact, units: artifact.units.map(carry) }),
      sink: (artifact) => ({ ...artifact, units: artifact.units.map(carry) }),
    }
  }
}

interface StatementUnits {
  query(artifact: Artifact): CarriedQuery
  source(artifact: SourceArtifact): CarriedSource
  sink(artifact: SinkArtifact): CarriedSink
}
