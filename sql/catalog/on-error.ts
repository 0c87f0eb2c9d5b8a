/** What becomes of a row that raises an error. */
export type OnError = 'fail' | 'skip' | 'dead_letter'

export const onErrorChoices = ['fail', 'skip', 'dead_letter'] as const satisfies readonly OnError[]
