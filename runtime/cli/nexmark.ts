import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DataError, SqlError } from '../../sql/base/diagnostic.ts'
import { sinkUnwritable, unsupportedFeature } from '../../sql/messages/raise.ts'
import type { EventKind, NexmarkModel } from '../connect/nexmark/model.ts'
import { EventWriter, type NexmarkTextFormat } from '../connect/nexmark/write-events.ts'
import { parseCount } from './arguments.ts'
import { exitStatus } from './exit-status.ts'
import type { NexmarkFlags } from './run-flags.ts'

const kinds: readonly EventKind[] = ['person', 'auction', 'bid']
const bufferSizeBytes = 1 << 20

/** As the `nexmark` connector's options of the same meaning. */
const seedDefault = 42
const rateDefault = 10_000

/** `millrace nexmark`: writes person, auction and bid, one file each, into the directory. */
export async function nexmarkCommand(flags: NexmarkFlags): Promise<number> {
  const events = parseCount('--events', flags.events)
  const model: NexmarkModel = {
    seed: flags.seed === undefined ? seedDefault : parseCount('--seed', flags.seed, 0),
    firstEventRate: flags.rate === undefined ? rateDefault : parseCount('--rate', flags.rate),
  }
  const format = textFormat(flags.format)
  try {
    mkdirSync(flags.out, { recursive: true })
    for (const kind of kinds)
      writeStream(join(flags.out, `${kind}.${format}`), new EventWriter({ kind, format, model, events }))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new DataError(sinkUnwritable({ name: 'nexmark', path: flags.out, reason: message }))
  }
  return Promise.resolve(exitStatus.finished)
}

function textFormat(format: NexmarkFlags['format']): NexmarkTextFormat {
  if (format !== 'arrow') return format
  throw new SqlError([unsupportedFeature({ feature: 'nexmark --format arrow' }, { hint: 'use ndjson or csv' })])
}

/** As file sinks do: the file appears when it is whole, so an interrupted run leaves none that looks complete. */
function writeStream(path: string, writer: EventWriter): void {
  const partial = `${path}.${process.pid}.partial`
  try {
    writeAll(partial, writer)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

function writeAll(path: string, writer: EventWriter): void {
  const buffer = new Uint8Array(bufferSizeBytes)
  const file = openSync(path, 'w')
  try {
    while (!writer.done) {
      const end = writer.write(buffer, 0)
      for (let from = 0; from < end;) from += writeSync(file, buffer, from, end - from)
    }
  } finally {
    closeSync(file)
  }
}
