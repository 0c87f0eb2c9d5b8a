import type { SinkConnector, SourceConnector } from '../../connect/connector.ts'
import type { ConnectorFacts } from './program-artifact.ts'

/** What of a source's connector its compiled code relies on. */
export function sourceFacts({ format, bounded, replayable }: SourceConnector): ConnectorFacts {
  return { format, bounded, replayable }
}

/** The same of a sink's. */
export function sinkFacts({ format, takesChanges }: SinkConnector): ConnectorFacts {
  return { format, takesChanges }
}
