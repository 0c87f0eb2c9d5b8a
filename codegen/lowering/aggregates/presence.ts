import { constI1 } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'

/** Runs `then` when nothing was accumulated before (`present` is false), or when the condition holds, which is looked at only otherwise. */
export function orUnlessPresent(
  builder: FunctionBuilder,
  present: Expression | null,
  { condition, then }: { readonly condition: () => Expression; readonly then: () => void },
): void {
  if (present === null) {
    builder.if(condition(), then)
    return
  }
  const takes = builder.mutable('takes', constI1(true))
  builder.if(present, () => builder.set(takes, condition()))
  builder.if(takes, then)
}
