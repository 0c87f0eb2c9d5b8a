import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SourceText } from '../../../sql/base/code-frame.ts'
import { DataError } from '../../../sql/base/diagnostic.ts'
import type { Span } from '../../../sql/base/span.ts'
import { sinkUnwritable } from '../../../sql/messages/raise.ts'
import { systemReason } from '../../connect/file/file-system.ts'
import type { EngineEvents } from '../../engine/engine.ts'
import type { UnitDescription } from '../../engine/toolchain/unit-description.ts'
import type { ProfiledProgram, ProfiledUnit } from './frames.ts'
import { nameFrames } from './name-frames.ts'

/** Between two samples: short queries should have some, too. */
const samplingIntervalMicros = 250

/** As the planner gives it. */
interface Statement {
  readonly kind: string
  readonly span: Span
  readonly object?: { readonly name: string }
}

/** A profile that is being recorded. */
export interface ProfileRecording {
  /** For the engine. */
  readonly events: Pick<EngineEvents, 'onUnitLoaded'>
  /** Where the objects of the program are made. */
  place(statements: readonly Statement[]): void
  /** Writes the file. */
  finish(): Promise<void>
}

/**
 * Starts a CPU profile of this thread, for the viewers of Chrome and VS Code and for speedscope. Its frames name places in `program`.
 *
 * @throws DataError sink_unwritable before anything has run
 */
export async function recordProfile(path: string, program: SourceText | undefined): Promise<ProfileRecording> {
  await write(path, '')
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalMicros })
  await session.post('Profiler.start')
  const loaded = new Map<string, { readonly owner: string; readonly unit: UnitDescription }>()
  const describers: { readonly owner: string; readonly describe: () => UnitDescription | null }[] = []
  const places = new Map<string, Span>()
  return {
    events: { onUnitLoaded: (owner, describe) => void describers.push({ owner, describe }) },
    place(statements) {
      for (const { kind, span, object } of statements) places.set(object?.name ?? kind, span)
    },
    async finish() {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      for (const { owner, describe } of describers) {
        const unit = describe()
        if (unit) loaded.set(unit.script, { owner, unit })
      }
      const units = [...loaded.values()].map(({ owner, unit }): ProfiledUnit => ({
        owner,
        statement: places.get(owner) ?? null,
        ...unit,
      }))
      await write(path, JSON.stringify(nameFrames(profile, units, profiledProgram(program))))
    },
  }
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (error) {
    throw new DataError(sinkUnwritable({ name: 'profile', path, reason: systemReason(error) }))
  }
}

function profiledProgram(program: SourceText | undefined): ProfiledProgram {
  if (program === undefined) return { url: 'program.sql', file: 'program.sql' }
  const { file } = program
  // the text of -e is in no file
  return file.startsWith('<') ? { url: file, file } : { url: pathToFileURL(resolve(file)).href, file }
}
