import { describe, expect, it } from 'vitest'
import { makeTestLibrary, makeViews, outputBase, scratchBase } from '../../../test/support/kernel/test-memory.ts'
import { instantiateInterpreter } from '../../interpreter/instantiate.ts'
import { constI32, load } from '../../kernel/build.ts'
import type { ModuleIr } from '../../kernel/ir.ts'
import { forEachStatement } from '../../kernel/walk.ts'
import { ConstantPool } from '../constant-pool.ts'
import { zero } from '../function-builder.ts'
import { ModuleBuilder } from '../module-builder.ts'
import { StateLayout } from '../operators/state-layout.ts'
import { RowScope } from '../row-scope.ts'
import { loweringOf } from './accumulate.ts'
import type { AccumulatorInput } from './accumulator.ts'
import { SideTables } from './accumulator.ts'
import { extremeAccumulator } from './extreme.ts'

const valuesBase = 65_536
const views = makeViews()
const type = { kind: 'bigint' } as const

/** `update(count)`: the extreme of what is in the row at `outputBase` and of so many values. */
function extremeModule(which: 'min' | 'max', groups: AccumulatorInput['groups']): ModuleIr {
  const module = new ModuleBuilder('extreme', new ConstantPool())
  const layout = new StateLayout()
  const argument = { kind: 'column', index: 0, type, nullable: false } as const
  const sideTables = new SideTables()
  const accumulator = extremeAccumulator({ layout, sideTables, argument, orderBy: [], retracts: false, groups }, which)
  layout.finish()
  const parameters = [{ role: 'count', type: 'i32' }] as const
  module.function({ name: 'update', parameters, result: null, exported: true }, (builder, [count]) => {
    builder.for(zero, count ?? zero, (index) => {
      const value = builder.let('in', load('i64', constI32(valuesBase), { index }))
      accumulator.update({
        lowering: loweringOf(RowScope.open(builder, [])),
        row: constI32(outputBase),
        table: zero,
        argument: () => ({ type, value, valid: null }),
        orderKeys: () => [],
        present: null,
        sideTable: () => {
          throw new Error('an extreme that keeps no values')
        },
      })
    })
  })
  return module.finish().module
}

function kindsIn({ functions }: ModuleIr): ReadonlySet<string> {
  const kinds = new Set<string>()
  for (const { body } of functions) forEachStatement(body, ({ kind }) => kinds.add(kind))
  return kinds
}

describe('MIN and MAX', () => {
  it('of a window branch on no value, those that live on do', () => {
    expect(kindsIn(extremeModule('min', 'of_a_window'))).not.toContain('if')
    expect(kindsIn(extremeModule('min', 'for_good'))).toContain('if')
  })

  it.each(['of_a_window', 'for_good'] as const)('find the value that is beyond all others: %s', (groups) => {
    const values = [3n, -(2n ** 63n), 2n ** 63n - 1n, 0n, 2n ** 32n, -1n]
    views.i64.set(values, valuesBase >> 3)
    const binding = { views, library: makeTestLibrary(views), constants: [], scratchBase }
    const field = (outputBase >> 3) + 1
    const extremeOf = (which: 'min' | 'max', count: number): bigint | undefined => {
      views.i64[field] = 5n
      instantiateInterpreter(extremeModule(which, groups), binding)['update']?.(count)
      return views.i64[field]
    }
    expect([extremeOf('min', 1), extremeOf('min', 6)]).toEqual([3n, -(2n ** 63n)])
    expect([extremeOf('max', 1), extremeOf('max', 6)]).toEqual([5n, 2n ** 63n - 1n])
  })
})
