import type { Span } from '../../../sql/base/span.ts'
import { must } from '../../../sql/base/assert.ts'
import { planSink, nodeWorld } from '../../connect/connectors.ts'
import type { ByteStream } from '../../connect/connector.ts'
import { OptionReader } from '../../connect/option-reader.ts'
import { SinkDriver } from '../../engine/sinks/sink-driver.ts'
import type { OutputEvents, ResultOutput } from './output.ts'

const nowhere: Span = { start: 0, end: 0, line: 1, column: 1 }

/** Rows as bytes on standard output, by the same encoders as the `stdout` sink. */
export function encodedOutput(format: 'json' | 'csv', stdout: ByteStream, events: OutputEvents): ResultOutput {
  let sink: SinkDriver | null = null
  return {
    open(views, { layout, columns }) {
      const present = columns.map((column) => must(column, 'a result column'))
      const options = new OptionReader(
        [{ key: 'connector', value: 'stdout', span: nowhere, valueSpan: nowhere }],
        'the result',
      )
      const declaration = {
        name: 'result',
        columns: present,
        options,
        format: { name: format, options: new OptionReader([], 'the result') },
      }
      const writer = planSink(declaration, nodeWorld).open({
        name: 'result',
        views,
        layout,
        columns: present,
        key: [],
        stdout,
      })
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
      await sink?.finish()
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
