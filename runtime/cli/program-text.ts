import { readFile } from 'node:fs/promises'
import type { SourceText } from '../../sql/base/code-frame.ts'
import { SqlError, type Diagnostic } from '../../sql/base/diagnostic.ts'
import { fileNotFound, fileUnreadable } from '../../sql/messages/raise.ts'
import { commandLineError } from './arguments.ts'

/** The program of a command: exactly one of FILE and `-e SQL`. A missing file is a wrong command line. */
export async function readProgramText(file: string | undefined, inline: string | undefined): Promise<SourceText> {
  if (file !== undefined && inline !== undefined) throw commandLineError('give a file or -e SQL, not both')
  if (inline !== undefined) return { file: '<command line>', text: inline }
  if (file === undefined) throw commandLineError('give a file or -e SQL')
  return { file, text: await readText(file) }
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new SqlError([unreadable(path, error as NodeJS.ErrnoException)])
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SqlError([fileUnreadable({ path, reason: 'it is not UTF-8 text' })])
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): Diagnostic {
  if (error.code === 'ENOENT') return fileNotFound({ path })
  return fileUnreadable({ path, reason: error.code === 'EISDIR' ? 'it is a directory' : (error.code ?? error.message) })
}
