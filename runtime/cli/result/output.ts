import type { Consumer, ConsumerHandle } from '../../dataflow/graph.ts'
import type { Running } from '../../engine/running.ts'

/** Where rows come from: `Running` of the engine. */
export type ResultWorker = Pick<Running, 'parts' | 'openEncoder'>

/** Where the rows of a SELECT go. */
export interface ResultOutput {
  /** Opens it for rows of this shape; gives what takes them. */
  open(worker: ResultWorker, shape: Pick<ConsumerHandle, 'layout' | 'columns' | 'mode'>): Consumer
  /** What has been taken is shown. */
  flush(): Promise<void>
  /** All rows have been taken. */
  finish(): Promise<void>
  /** Changes taken so far. */
  readonly rows: number
}

export interface OutputEvents {
  /** Nobody reads standard output any more. */
  onClosedByReader(): void
  onFailure(reason: unknown): void
}
