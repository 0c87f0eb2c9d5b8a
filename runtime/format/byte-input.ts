/**
 * Bytes of one or more files, one after the other, pulled into memory.
 *
 * `read` returns how many bytes it put (more than 0), or why there are none now.
 */
export type ByteInputState = 'wait' | 'file_end' | 'end'

export interface ByteInput {
  /** Puts bytes at the start of `into`. After `file_end` the next call starts the next file. Throws DataError. */
  read(into: Uint8Array): number | ByteInputState
  /** After `wait`: resolves (never rejects) when reading is worth trying again. */
  wait(): Promise<void>
  /** The file in hand, for messages. */
  readonly file: string
  /** Bytes taken so far, as stored (compressed size). */
  readonly bytesRead: number
  /** How much has been taken, 0 to 1, where files count alike; null or absent: nobody knows. */
  readonly progress?: number | null
  close(): Promise<void>
}
