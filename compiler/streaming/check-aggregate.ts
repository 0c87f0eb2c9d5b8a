import { didYouMean } from '../../sql/base/did-you-mean.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { unsupportedFeature } from '../../sql/messages/raise.ts'
import type { AggregateCall } from '../../sql/plan/logical-plan.ts'
import { aggregateFacts, aggregateNames } from './aggregate-facts.ts'

/** Refuses what is not an aggregate function of ours, and what would mean nothing. Errors: `unsupported_feature`. */
export function checkAggregate(call: AggregateCall): void {
  const name = call.name.toUpperCase()
  const facts = aggregateFacts(call.name)
  if (!facts) throw refuse(call, `aggregate function ${name}`, didYouMean(call.name, aggregateNames))
  if (call.orderBy.length > 0 && !facts.ordered) {
    throw refuse(call, `ORDER BY inside ${name}`, 'the order does not change the result: leave it out')
  }
  if (call.ignoreNulls && !facts.ordered) {
    throw refuse(call, `IGNORE NULLS for ${name}`, `${name} ignores NULLs anyway: leave it out`)
  }
  if (call.distinct && facts.ordered) throw refuse(call, `DISTINCT inside ${name}`, 'leave DISTINCT out')
  if (call.arguments.length > 1) {
    const hint = 'COUNT(*) FILTER (WHERE a IS NOT NULL AND b IS NOT NULL) counts rows that have both'
    throw refuse(call, `${name} of several values`, hint)
  }
  if (call.name === 'sum' && call.arguments[0]?.type.kind === 'interval')
    throw refuse(call, 'SUM of INTERVAL', 'sum EXTRACT(EPOCH FROM ..), which is in seconds')
}

function refuse({ span }: AggregateCall, feature: string, hint: string | undefined): SqlError {
  return new SqlError([unsupportedFeature({ feature }, { span, hint })])
}
