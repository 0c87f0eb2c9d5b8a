import { DataError } from '../../../sql/base/diagnostic.ts'
import { sinkUnwritable } from '../../../sql/messages/raise.ts'
import { systemReason } from '../../connect/file/file-system.ts'
import type { ByteStream } from '../../connect/connector.ts'
import type { RunFormat } from '../run-flags.ts'
import { arrowOutput } from '../result/arrow-output.ts'
import { encodedOutput, jsonArrayStream } from '../result/encoded-output.ts'
import type { OutputEvents, ResultOutput } from '../result/output.ts'
import type { Screen } from '../result/live-table.ts'
import { tableOutput } from '../result/table-output.ts'

/** The format of a final SELECT where none was asked for: a table for people, lines for programs. */
export function defaultFormat(): RunFormat {
  return process.stdout.isTTY ? 'table' : 'ndjson'
}

export function chooseOutput(format: RunFormat, stream: ByteStream, events: OutputEvents): ResultOutput {
  const stdout = { write: (bytes: Uint8Array) => stream.write(bytes).catch(failedOutput) }
  switch (format) {
    case 'ndjson':
      return encodedOutput('json', stdout, events)
    case 'csv':
      return encodedOutput('csv', stdout, events)
    case 'json': {
      const array = jsonArrayStream(stdout)
      const output = encodedOutput('json', array, events)
      return {
        open: (worker, shape) => output.open(worker, shape),
        flush: () => output.flush(),
        finish: async () => {
          await output.finish()
          await array.end()
        },
        get rows() {
          return output.rows
        },
      }
    }
    case 'arrow':
      return arrowOutput(stdout, events)
    case 'table':
      return tableOutput(process.stdout.isTTY ? { screen: terminalScreen() } : { stdout }, events)
    default:
      return format satisfies never
  }
}

function failedOutput(error: unknown): never {
  const reason = systemReason(error)
  throw new DataError(sinkUnwritable({ name: 'stdout', path: 'standard output', reason }))
}

/** Terminals that do not know their size say 0; they are taken for the classic one. */
function terminalScreen(): Screen {
  return {
    get columns() {
      return process.stdout.columns || 80
    },
    get rows() {
      return process.stdout.rows || 24
    },
    write: (text: string) => void process.stdout.write(text),
  }
}
