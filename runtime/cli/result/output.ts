import type { MemoryViews } from '../../abi/memory.ts'
import type { Consumer, ConsumerHandle } from '../../dataflow/graph.ts'

/** Where the rows of a SELECT go. */
export interface ResultOutput {
  /** Opens it for rows of this shape; gives what takes them. */
  open(views: MemoryViews, shape: Pick<ConsumerHandle, 'layout' | 'columns' | 'mode'>): Consumer
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
