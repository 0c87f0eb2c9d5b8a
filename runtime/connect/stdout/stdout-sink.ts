import { parseOutputFormat, takesChanges } from '../../format/format-options.ts'
import type { ConnectorDeclaration, SinkConnector } from '../connector.ts'
import { EncodingSink } from '../encoding-sink.ts'
import { streamTarget } from '../file/file-sink.ts'

/** Plans `connector = 'stdout'`: the same as a file sink with path `-`. */
export function planStdoutSink(declaration: ConnectorDeclaration): SinkConnector {
  const format = parseOutputFormat(declaration)
  return {
    takesChanges: takesChanges(format),
    format,
    open: (context) => new EncodingSink(context, { format, open: () => streamTarget(context) }),
  }
}
