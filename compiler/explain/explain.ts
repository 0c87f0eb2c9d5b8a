import { unreachable } from '../../sql/base/assert.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import { unsupportedFeature } from '../../sql/messages/raise.ts'
import type { ExplainLevel } from '../../sql/plan/statement.ts'
import { explainDot } from './dot.ts'
import { explainStatement, type ExplainedStatement, type Level } from './explained.ts'
import { explainHtml } from './html.ts'
import { explainJson } from './json.ts'
import { explainText } from './text.ts'

export type ExplainFormat = 'text' | 'json' | 'dot' | 'html'

export interface ExplainRequest {
  /** Empty: the stream plan. */
  readonly levels: readonly ExplainLevel[]
  readonly format: ExplainFormat
  /** Where a level that cannot be shown is reported. */
  readonly span?: Span | undefined
}

/** Every stage that was asked for, of every statement. Errors: `unsupported_feature` for the level `wasm`. */
export function explain(statements: readonly ExplainedStatement[], { levels, format, span }: ExplainRequest): string {
  const shown = levelsOf(levels, span)
  const explanations = statements.map((statement) => explainStatement(statement, shown))
  switch (format) {
    case 'text':
      return explainText(explanations)
    case 'json':
      return explainJson(explanations)
    case 'dot':
      return explainDot(explanations)
    case 'html':
      return explainHtml(explanations)
    default:
      return unreachable(format)
  }
}

const everyLevel: readonly Level[] = ['logical', 'stream', 'pipelines', 'state', 'code']

function levelsOf(levels: readonly ExplainLevel[], span: Span | undefined): ReadonlySet<Level> {
  if (levels.length === 0) return new Set<Level>(['stream'])
  return new Set(
    levels.flatMap((level): readonly Level[] => {
      if (level === 'all') return everyLevel
      if (level !== 'wasm') return [level]
      const hint = 'EXPLAIN (CODE) shows the generated JavaScript'
      throw new SqlError([unsupportedFeature({ feature: 'EXPLAIN (WASM)' }, { span, hint })])
    }),
  )
}
