import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SourceFile } from './check.ts'

/** Absolute path of the checkout, with a slash at the end. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url))

const binaryPattern = /\.(wasm|br|gz|zst|png|parquet|arrow)$/

/** Every text file that git tracks or would track. */
export function projectFiles(): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  return listed
    .split('\0')
    .filter((path) => path !== '' && !binaryPattern.test(path))
    .flatMap((path) => {
      const text = readIfPresent(projectRoot + path)
      return text === undefined ? [] : [{ path, text }]
    })
}

/** A file that was just deleted is still listed. */
function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
      return undefined
    throw error
  }
}
