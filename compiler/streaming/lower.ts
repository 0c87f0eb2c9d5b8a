import { SqlError } from '../../sql/base/diagnostic.ts'
import { sinkChangeMode, windowRequired } from '../../sql/messages/raise.ts'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import { lowerAggregate } from './aggregate.ts'
import { bindAggregate, type GroupingPlan } from './bind-aggregate.ts'
import type { StreamContext } from './context.ts'
import { orderByEventTime } from './event-time.ts'
import { lowerFilter } from './filter.ts'
import { lowerProject } from './project.ts'
import { lowerScan } from './scan.ts'
import type { StreamNode } from './stream-plan.ts'
import { lowerUnion } from './union.ts'
import { lowerValues } from './values.ts'
import { lowerWindowTable } from './window-table.ts'

/**
 * The logical plan as a dataflow. Each operator has a file of its own that says what becomes of change modes,
 * watermarks, keys and state; here is the walk, and what concerns the query as a whole.
 */
export function lowerQuery(plan: LogicalPlan, context: StreamContext): StreamNode {
  const root = lower(plan, { context, aggregated: false })
  checkClauses(root, context)
  checkSink(root, context)
  return root
}

interface Walk {
  readonly context: StreamContext
  /** An aggregate that is not windowed reads these rows. */
  readonly aggregated: boolean
}

function lower(plan: LogicalPlan, walk: Walk): StreamNode {
  const { context } = walk
  switch (plan.kind) {
    case 'scan':
      return lowerScan(plan, context)
    case 'values':
      return lowerValues(plan, context)
    case 'filter':
      return lowerFilter(plan, lower(plan.input, walk), context)
    case 'project':
      return lowerProject(plan, lower(plan.input, walk), context)
    case 'window_table':
      return lowerWindowTable(plan, { input: lower(plan.input, walk), aggregated: walk.aggregated }, context)
    case 'union': {
      const inputs = plan.inputs.map((input) => lower(input, walk))
      return lowerUnion(plan, inputs, context)
    }
    case 'aggregate':
    case 'distinct':
      return lowerGrouping(plan, walk)
  }
}

function lowerGrouping(plan: GroupingPlan, { context }: Walk): StreamNode {
  const bound = orderByEventTime(bindAggregate(plan), context.catalog)
  const input = lower(bound.input, { context, aggregated: bound.window === null })
  return lowerAggregate(plan, { bound, input }, context)
}

/** EMIT ON WINDOW CLOSE and ALLOW LATENESS need a window on every way from the inputs. Errors: `window_required`. */
function checkClauses(root: StreamNode, { emit, lateness }: StreamContext): void {
  if (everyWayHasWindow(root)) return
  if (emit.kind === 'on_window_close') {
    throw new SqlError([windowRequired({ clause: 'EMIT ON WINDOW CLOSE' }, { span: emit.span })])
  }
  if (lateness) throw new SqlError([windowRequired({ clause: 'ALLOW LATENESS' }, { span: lateness.span })])
}

function everyWayHasWindow(node: StreamNode): boolean {
  switch (node.kind) {
    case 'scan':
    case 'values':
      return false
    case 'filter':
    case 'project':
      return everyWayHasWindow(node.input)
    case 'aggregate':
      return node.window !== null || everyWayHasWindow(node.input)
    case 'window_assign':
    case 'window_hold':
      return true
    case 'union':
      return node.inputs.every(everyWayHasWindow)
  }
}

/** Errors: `sink_change_mode`. */
function checkSink({ edge }: StreamNode, { sink, emit }: StreamContext): void {
  if (!sink || sink.takesChanges || edge.mode.kind === 'append') return
  const span = emit.kind === 'default' ? undefined : emit.span
  throw new SqlError([
    sinkChangeMode({ name: sink.name, mode: 'retracting' }, { span: span ?? sink.span, hint: sink.hint }),
  ])
}
