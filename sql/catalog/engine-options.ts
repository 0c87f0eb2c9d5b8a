import { onErrorChoices } from './on-error.ts'
import type { OptionTable } from './options/definition.ts'

const onError = {
  type: { kind: 'choice', choices: onErrorChoices },
  doc: 'what becomes of a row that raises an error; absent: as SET on_error says',
} as const

/** Options of every source, whatever its connector. */
export const sourceOptions = {
  on_error: onError,
  'watermark.scope': {
    type: { kind: 'choice', choices: ['source', 'partition', 'key'] },
    doc: 'what has a watermark of its own: the source (the others are refused in this version)',
  },
  'watermark.max_ahead': {
    type: { kind: 'duration' },
    doc: 'how far past the clock an event time may be; absent: one day for live sources, off for bounded ones',
  },
} as const satisfies OptionTable

/** Options of streams and views, and of every sink, whatever its connector. */
export const queryOptions = { on_error: onError } as const satisfies OptionTable
