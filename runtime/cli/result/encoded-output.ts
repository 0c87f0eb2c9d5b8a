import { must } from '../../../sql/base/assert.ts'
import type { ByteStream } from '../../connect/connector.ts'
import { EncodingSink } from '../../connect/encoding-sink.ts'
import { streamTarget } from '../../connect/file/file-sink.ts'
import { SinkDriver } from '../../engine/sinks/sink-driver.ts'
import { resultFormats } from '../../engine/rows/result-formats.ts'
import type { OutputEvents, ResultOutput } from './output.ts'

/** Rows as bytes on standard output, by the same encoders as the `stdout` sink. */
export function encodedOutput(kind: 'json' | 'csv', stdout: ByteStream, events: OutputEvents): ResultOutput {
  let sink: SinkDriver | null = null
  let close = (): void => {}
  return {
    open(worker, { layout, columns }) {
      const present = columns.map((column) => must(column, 'a result column'))
      const format = resultFormats[kind]
      const encoder = worker.openEncoder({ layout, columns: present, format })
      close = () => encoder.close()
      const context = { ...encoder, name: 'result', layout, columns: present, key: [], stdout }
      const writer = new EncodingSink(context, { format, open: () => streamTarget(context) })
      const opened = new SinkDriver('result', writer, {
        onFailure: (_, reason) => events.onFailure(reason),
        onClosedByReader: () => events.onClosedByReader(),
        onEnd: () => {},
      })
      sink = opened
      // When the query fails, the rows before are still results: only a failure of the output itself breaks it.
      return { ready: () => opened.ready(), accept: (block, count) => opened.accept(block, count) }
    },
    async flush() {
      await sink?.flush()
    },
    async finish() {
      try {
        await sink?.finish()
      } finally {
        close()
      }
    },
    get rows() {
      return sink?.rows ?? 0
    },
  }
}

const lineFeed = 10
const comma = 44

/** Lines of JSON as the elements of one array. No JSON text has a line feed within. */
export function jsonArrayStream(stdout: ByteStream): ByteStream & { readonly end: () => Promise<void> } {
  let started = false
  return {
    async write(bytes) {
      // The feed at the end of a piece waits: whether a comma goes before it is known when more comes.
      const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(0, bytes.length - 1)
      const parts: Uint8Array[] = [Buffer.from(started ? ',\n' : '[\n')]
      started = true
      let from = 0
      for (let at = lines.indexOf(lineFeed); at >= 0; at = lines.indexOf(lineFeed, from)) {
        parts.push(lines.subarray(from, at), Buffer.of(comma, lineFeed))
        from = at + 1
      }
      parts.push(lines.subarray(from))
      return await stdout.write(Buffer.concat(parts))
    },
    async end() {
      await stdout.write(Buffer.from(started ? '\n]\n' : '[]\n'))
    },
  }
}
