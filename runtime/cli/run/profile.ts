import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'

/** Starts a CPU profile of this process; the function it gives writes it, for Chrome's and VS Code's viewers. */
export async function startProfile(path: string): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    await writeFile(path, JSON.stringify(profile))
  }
}
