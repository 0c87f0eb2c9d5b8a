import { must } from '../../../sql/base/assert.ts'
import type { Expression, ValueType } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'

/** What a kernel that takes the rows of a block is called with. */
export interface BlockParameters {
  readonly block: Expression
  readonly count: Expression
  /** Of the operator or the source. */
  readonly control: Expression
}

/** Defines `name(in, count, control)` and exports it. */
export function defineBlockKernel(
  module: ModuleBuilder,
  { name, result }: { readonly name: string; readonly result: ValueType | null },
  body: (builder: FunctionBuilder, parameters: BlockParameters) => void,
): string {
  const parameters = (['in', 'count', 'control'] as const).map((role) => ({ role, type: 'i32' }) as const)
  return module.function({ name, parameters, result, exported: true }, (builder, [block, count, control]) =>
    body(builder, { block: must(block), count: must(count), control: must(control) }),
  )
}
