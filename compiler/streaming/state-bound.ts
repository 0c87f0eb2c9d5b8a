import { SqlError } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import { unboundedState } from '../../sql/messages/raise.ts'
import type { StreamContext } from './context.ts'
import type { StateBound } from './stream-plan.ts'

/** Applies the setting `unbounded_state` to an operator's state. Errors: `unbounded_state`. */
export function checkState(
  state: StateBound,
  operator: { readonly label: string; readonly span: Span | undefined },
  context: StreamContext,
): void {
  if (state.kind !== 'unbounded' || context.settings.unbounded_state === 'allow') return
  const notes = [{ message: `it grows with the ${state.by}` }]
  const diagnostic = unboundedState({ operator: operator.label }, { span: operator.span, notes })
  if (context.settings.unbounded_state === 'error') throw new SqlError([diagnostic])
  context.warn(diagnostic)
}
