import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a program of test/support that prints heap bytes per row as JSON, in a process of its own with one thread: V8 optimises there when code has run so
 * often, not when another thread finds the time.
 */
export function measuredAllocation(program: string): Readonly<Record<string, number>> {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url))
  return JSON.parse(execFileSync(process.execPath, ['--single-threaded', path], { encoding: 'utf8' })) as Record<
    string,
    number
  >
}
