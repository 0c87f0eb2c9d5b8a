import { DataError } from '../../../sql/base/diagnostic.ts'
import { fileNotFound, fileUnreadable } from '../../../sql/messages/raise.ts'
import { type FileSystem, systemCode, systemReason } from './file-system.ts'

/** @throws DataError file_not_found, file_unreadable */
export function openFile(fileSystem: FileSystem, path: string): number {
  try {
    return fileSystem.openForReading(path)
  } catch (error) {
    throw readFailure(path, error)
  }
}

export function readFailure(path: string, error: unknown): DataError {
  const where = { place: { object: path, file: path } }
  return new DataError(
    systemCode(error) === 'ENOENT'
      ? fileNotFound({ path }, where)
      : fileUnreadable({ path, reason: systemReason(error) }, where),
  )
}
