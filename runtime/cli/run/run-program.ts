import { must } from '../../../sql/base/assert.ts'
import type { Batch } from '../../engine/deployment/topology.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Runnable } from '../../engine/planning/planned.ts'
import { listedColumns, type StatementResult } from '../../engine/results.ts'
import { forEachBlock, resultLayout } from '../../engine/rows/rows-to-blocks.ts'
import type { ResultOutput, ResultWorker } from '../result/output.ts'
import type { StopSignal } from './interrupt.ts'
import { limited } from './limited.ts'

export interface ProgramRun {
  readonly engine: Engine
  readonly program: string
  readonly statements: readonly Runnable[]
  readonly stop: StopSignal
  readonly limit: number | undefined
  /** A fresh output for each statement that gives rows. */
  readonly output: () => ResultOutput
  /** Rejects when a source, a query or a sink has failed. */
  readonly failed: Promise<never>
}

type Select = Runnable & { readonly kind: 'select' }

/**
 * Runs a program: deploys everything, attaches the final SELECT, lets rows flow, and waits for the end of the bounded sources or for
 * a reason to stop. INSERTs wait until everything that could read them is there.
 */
export async function runProgram(run: ProgramRun): Promise<void> {
  const { engine, statements, stop } = run
  const batch = engine.newBatch(statements)
  const last = statements.at(-1)
  const final = last?.kind === 'select' ? last : undefined
  const inserts: Runnable[] = []
  for (const planned of final === undefined ? statements : statements.slice(0, -1)) {
    if (stop.reason !== null) return
    if (planned.kind === 'insert') inserts.push(planned)
    else if (givesRows(planned)) {
      await deployAll(run, inserts.splice(0), batch)
      await printRows(run, planned, batch)
    } else await engine.deployOnly(planned, batch)
  }
  if (final === undefined || engine.answersAtEnd(final.prepared)) {
    await flow(run, inserts, batch)
    if (final !== undefined && stop.reason !== 'limit') await printRows(run, final, batch)
  } else await followSelect(run, { final, inserts, batch })
}

function givesRows(planned: Runnable): boolean {
  return planned.kind === 'select' || planned.kind === 'listing' || planned.kind === 'explain'
}

/** Lets everything run until bounded sources have ended, or for ever, or until something stops it. */
async function flow(run: ProgramRun, inserts: readonly Runnable[], batch: Batch): Promise<void> {
  const { engine, stop, failed } = run
  engine.running.start(batch)
  stop.startTimer()
  const whole = async (): Promise<void> => {
    await deployAll(run, inserts, batch)
    engine.running.endInboxes()
    await engine.running.ended()
  }
  const stopped = await Promise.race([whole().then(() => null), stop.stopped, failed])
  if (stopped === null) return
  await engine.stopSources()
  await Promise.race([engine.running.pump.quiet(), failed])
}

async function deployAll({ engine, failed }: ProgramRun, statements: readonly Runnable[], batch: Batch): Promise<void> {
  for (const planned of statements) await Promise.race([engine.deployOnly(planned, batch), failed])
}

/** The final SELECT as it changes, up to its end. */
async function followSelect(
  run: ProgramRun,
  { final, inserts, batch }: { readonly final: Select; readonly inserts: readonly Runnable[]; readonly batch: Batch },
): Promise<void> {
  const { engine, stop, limit } = run
  const { topology } = engine.running
  const output = run.output()
  const node = engine.follow(final.prepareLive(), batch)
  const opened = output.open(engine.running, must(node.output, 'the shape of a query'))
  const consumer = limit === undefined ? opened : limited(opened, limit, () => stop.stop('limit'))
  if (limit === 0) stop.stop('limit')
  topology.attach(node, consumer)
  engine.running.onFlush = () => output.flush()
  try {
    await flow(run, inserts, batch)
  } catch (error) {
    // The rows before the error are results like any other.
    await output.finish()
    throw error
  } finally {
    engine.running.onFlush = null
  }
  await output.finish()
}

/** All rows of a statement, once. */
async function printRows(run: ProgramRun, planned: Runnable, batch: Batch): Promise<void> {
  const { engine, program, failed, stop, limit = Number.POSITIVE_INFINITY } = run
  const { running } = engine
  const output = run.output()
  if (planned.kind === 'select') {
    engine.running.start(batch)
    stop.startTimer()
    await Promise.race([engine.settle(), failed])
    await Promise.race([printSelect(run, planned, { output, limit }), failed])
  } else {
    const [result] = await engine.run([planned], { batch, program })
    if (result?.kind === 'rows') writeListing(running, output, result)
  }
  await output.finish()
}

/** Rows that only come are printed as they come; what changes is printed as what it amounts to. */
async function printSelect(
  { engine }: ProgramRun,
  { prepared }: Select,
  { output, limit }: { readonly output: ResultOutput; readonly limit: number },
): Promise<void> {
  const { running } = engine
  if (must(prepared.artifact.pipelines.at(-1), 'a pipeline').outputMode === 'append') {
    await engine.stream(prepared, (shape) => limited(output.open(running, shape), limit, () => {}))
    return
  }
  const { shape, rows } = await engine.collect(prepared)
  const { columns } = shape
  const consumer = limited(
    output.open(running, { layout: resultLayout(columns), columns, mode: 'append' }),
    limit,
    () => {},
  )
  forEachBlock(running.parts.memory, { columns, rows: rows() }, (_, { block, count }) => consumer.accept(block, count))
}

function writeListing(
  running: ResultWorker,
  output: ResultOutput,
  listing: StatementResult & { readonly kind: 'rows' },
): void {
  const columns = listedColumns(listing)
  const { rows } = listing
  const consumer = output.open(running, { layout: resultLayout(columns), columns, mode: 'append' })
  forEachBlock(running.parts.memory, { columns, rows }, (_, { block, count }) => consumer.accept(block, count))
}
