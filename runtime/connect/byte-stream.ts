import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ByteStream } from './connector.ts'
import { systemCode } from './file/file-system.ts'

/** What a stream says whose reader has gone. */
const closedCodes: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** A stream of the system's (standard output, a pipe). That its reader has gone is no error: EPIPE says `closed`. */
export function byteStreamOf(writable: Writable): ByteStream & { readonly end: () => Promise<void> } {
  let closed = false
  let failure: Error | undefined
  const noticed = (error: Error): void => {
    if (closedCodes.has(systemCode(error))) closed = true
    else failure ??= error
  }
  writable.on('error', noticed)
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure)
        else if (closed || writable.destroyed) resolve('closed')
        else {
          writable.write(bytes, (error) => {
            if (error) noticed(error)
            if (failure === undefined) resolve(closed ? 'closed' : 'open')
            else reject(failure)
          })
        }
      }),
    end: async () => {
      writable.end()
      await finished(writable).catch(noticed)
      if (failure !== undefined) throw failure
    },
  }
}
