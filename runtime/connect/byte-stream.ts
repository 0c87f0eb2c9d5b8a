import type { Writable } from 'node:stream'
import type { ByteStream } from './connector.ts'
import { systemCode } from './file/file-system.ts'

/** A stream of the system's (standard output). That its reader has gone is no error: EPIPE says `closed`. */
export function byteStreamOf(writable: Writable): ByteStream {
  let closed = false
  writable.on('error', (error) => {
    if (systemCode(error) === 'EPIPE') closed = true
  })
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (closed || writable.destroyed) {
          resolve('closed')
          return
        }
        writable.write(bytes, (error) => {
          if (!error) resolve('open')
          else if (systemCode(error) === 'EPIPE' || systemCode(error) === 'ERR_STREAM_DESTROYED') {
            closed = true
            resolve('closed')
          } else reject(error)
        })
      }),
  }
}
