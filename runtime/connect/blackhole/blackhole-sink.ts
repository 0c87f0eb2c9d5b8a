import { SqlError } from '../../../sql/base/diagnostic.ts'
import { invalidOption } from '../../../sql/messages/raise.ts'
import type { ConnectorDeclaration, SinkConnector, SinkContext, SinkSummary, SinkWriter } from '../connector.ts'
import { RowHash } from './row-hash.ts'

/** Plans `connector = 'blackhole'`: rows are counted and hashed, and that is all. */
export function planBlackholeSink({ format }: ConnectorDeclaration): SinkConnector {
  if (format)
    throw new SqlError([invalidOption({ name: 'FORMAT', reason: 'a blackhole writes nothing' }, { span: format.span })])
  return { takesChanges: true, format: null, open: (context) => new BlackholeSink(context) }
}

class BlackholeSink implements SinkWriter {
  readonly #hash: RowHash
  readonly closedByReader = false
  #rows = 0

  constructor({ views, layout }: SinkContext) {
    this.#hash = new RowHash(views, layout)
  }

  write(block: number, count: number): void {
    this.#hash.add(block, count)
    this.#rows += count
  }

  ready(): true {
    return true
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  finish(): Promise<SinkSummary> {
    const text = `${this.#rows} rows, hash ${this.#hash.unordered}, in order ${this.#hash.ordered}`
    return Promise.resolve({ rows: this.#rows, bytes: 0, text })
  }

  abort(): Promise<void> {
    return Promise.resolve()
  }
}
