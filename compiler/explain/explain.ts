import { unreachable } from '../../sql/base/assert.ts'
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
}

/** Every stage that was asked for, of every statement. */
export function explain(statements: readonly ExplainedStatement[], { levels, format }: ExplainRequest): string {
  const shown = levelsOf(levels)
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

const everyLevel: readonly Level[] = ['logical', 'stream', 'pipelines', 'state', 'code', 'wasm']

function levelsOf(levels: readonly ExplainLevel[]): ReadonlySet<Level> {
  if (levels.length === 0) return new Set<Level>(['stream'])
  return new Set(levels.flatMap((level) => (level === 'all' ? everyLevel : [level])))
}

/** Whether these levels show WebAssembly, which is made for nobody else. */
export function showsWasm(levels: readonly ExplainLevel[]): boolean {
  return levelsOf(levels).has('wasm')
}

/** Whether these levels show generated code, in whatever language. */
export function showsCode(levels: readonly ExplainLevel[]): boolean {
  const shown = levelsOf(levels)
  return shown.has('code') || shown.has('wasm')
}
