import { DataError, SqlError } from '../../sql/base/diagnostic.ts'
import { didYouMean } from '../../sql/base/did-you-mean.ts'
import { notPushable, syntaxError, unknownObject } from '../../sql/messages/raise.ts'
import type { Collected } from './collect-rows.ts'
import { checked, type Engine } from './engine.ts'
import { deadLettersName } from './errors/dead-letters.ts'
import type { Inbox } from './inbox/inbox.ts'
import type { InboxWriter } from './inbox/writer.ts'
import type { Planned } from './planning/planned.ts'
import type { CopiedBlock } from './rows/copied-block.ts'
import type { Row } from './rows/row-reader.ts'
import { rowsToBlocks, type ResultColumn } from './rows/rows-to-blocks.ts'

/** Where pushes into a source go. @throws SqlError unknown_object; DataError not_pushable */
export function inboxOf(engine: Engine, name: string): { readonly inbox: Inbox; readonly writer: InboxWriter } {
  const { objects } = engine.state.catalog
  if (!objects.has(name)) {
    const sources = [...objects.values()].filter(({ kind }) => kind === 'source').map((each) => each.name)
    throw new SqlError([unknownObject({ kind: 'source', name }, { hint: didYouMean(name, sources) })])
  }
  const feed = engine.running.topology.sharedNode(name)?.feed
  if (feed?.kind !== 'inbox' || name === deadLettersName) throw new DataError(notPushable({ name }))
  return feed
}

/** The rows of a statement that gives some, as objects or as columns. */
export interface Answer {
  readonly columns: readonly ResultColumn[]
  rows(): readonly Row[]
  blocks(): readonly CopiedBlock[]
}

/** Runs the one SELECT (or SHOW, DESCRIBE, EXPLAIN) of a text. @throws SqlError */
export async function queryOf(engine: Engine, sql: string): Promise<Answer> {
  const planned = checked(await engine.plan(sql))
  const [only, more] = planned
  if (only === undefined || more !== undefined) {
    throw new SqlError([
      syntaxError({ detail: `query takes one statement, not ${planned.length}` }, { hint: 'execute runs many' }),
    ])
  }
  return only.kind === 'select'
    ? selectAnswer(engine, await engine.answer(only.prepared))
    : await listingAnswer(engine, only, sql)
}

function selectAnswer(engine: Engine, { shape, rows, blocks }: Collected): Answer {
  const { columns } = shape
  const { memory } = engine.running.parts
  return { columns, rows, blocks: () => (shape.mode === 'append' ? blocks : rowsToBlocks(memory, columns, rows())) }
}

async function listingAnswer(engine: Engine, planned: Planned, program: string): Promise<Answer> {
  const [result] =
    planned.kind === 'listing' || planned.kind === 'explain'
      ? await engine.run([planned], { batch: engine.newBatch([]), program })
      : []
  if (result?.kind !== 'rows') {
    throw new SqlError([
      syntaxError(
        { detail: 'query takes a statement that gives rows' },
        { span: planned.span, hint: 'execute runs the others' },
      ),
    ])
  }
  const columns = result.columns.map((name): ResultColumn => ({ name, type: { kind: 'varchar' }, nullable: true }))
  return {
    columns,
    rows: () => result.rows,
    blocks: () => rowsToBlocks(engine.running.parts.memory, columns, result.rows),
  }
}
