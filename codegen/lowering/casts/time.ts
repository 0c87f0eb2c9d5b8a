import { load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { guarded, made, strict } from '../expressions/strict.ts'
import { dateMicros, dayOf, timeOfDay } from '../expressions/instant.ts'
import type { CastContext } from './cast-failures.ts'

/** Among dates, times, timestamps and intervals; undefined for pairs without a cast. TIMESTAMPTZ is read in UTC. */
export function castTime(context: CastContext): Value | undefined {
  const { value, type } = context
  const from = value.type.kind
  const to = type.kind === 'timestamptz' ? 'timestamp' : type.kind
  switch (`${from === 'timestamptz' ? 'timestamp' : from} ${to}`) {
    case 'timestamp timestamp':
      return { ...value, type }
    case 'date timestamp':
      return cast(context, dateMicros)
    case 'timestamp date':
      return cast(context, (x) => dayOf(context.lowering.builder, x))
    case 'timestamp time':
      return cast(context, (x) => timeOfDay(context.lowering.builder, x))
    case 'time interval':
      return made(context.lowering, type, {
        operands: [value],
        write: ([x], out) => context.lowering.builder.store('i64', { address: out, offset: 8 }, x as Expression),
      })
    // The part below a day, as in PostgreSQL
    case 'interval time':
      return guarded(context.lowering, type, {
        operands: [value],
        compute: ([x]) => timeOfDay(context.lowering.builder, load('i64', x as Expression, { offset: 8 })),
      })
    default:
      return undefined
  }
}

function cast({ lowering, value, type }: CastContext, compute: (x: Expression) => Expression): Value {
  return strict(lowering, type, {
    operands: [value],
    compute: ([x]) => compute(lowering.builder.let('value', x as Expression)),
  })
}
