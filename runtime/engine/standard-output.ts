import { byteStreamOf } from '../connect/byte-stream.ts'
import type { ByteStream } from '../connect/connector.ts'

/** Listens to the process's stream only when a sink writes to it: many databases may be open. */
export function standardOutput(): ByteStream {
  let stream: ByteStream | null = null
  return {
    write(bytes) {
      stream ??= byteStreamOf(process.stdout)
      return stream.write(bytes)
    },
  }
}
