import type { SourceConnector } from '../../connect/connector.ts'
import type { ConnectorFacts } from './program-artifact.ts'

/** What of a source's connector its compiled code relies on. */
export function sourceFacts({ format, bounded, replayable }: SourceConnector): ConnectorFacts {
  return { format, bounded, replayable }
}
