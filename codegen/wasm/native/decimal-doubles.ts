import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import type { Read } from './native-builder.ts'
import { NativeBuilder } from './native-builder.ts'
import { isNarrow } from './wide.ts'

/** Powers of ten up to this one are doubles. */
const exactScaleMax = 22
const exactIntegerMax = 2n ** 53n

const accepts = ([scale]: readonly number[]): boolean => scale !== undefined && scale >= 0 && scale <= exactScaleMax

/** The nearest double to value / 10^scale. Numbers up to 2^53 and the power are doubles themselves, and division rounds once; any whole i64 converts rounded once. */
function nearest(b: NativeBuilder, { value, scale, otherwise }: { value: Read; scale: number; otherwise: Code }): void {
  const { f64, i64 } = b.code
  const whole = (): Code => f64.convert_s.i64(value())
  if (scale === 0) b.return(whole())
  else {
    const isExact = i64.le_u(i64.add(value(), i64.const(exactIntegerMax)), i64.const(2n * exactIntegerMax))
    b.if(isExact, () => b.return(f64.div(whole(), f64.const(10 ** scale))))
    b.return(otherwise)
  }
}

/** (a, scale) */
const long: NativeFunction = {
  name: 'decimal_to_f64',
  constants: [1],
  accepts,
  define(unit, internal, [scale = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i32'])
    const { code } = b
    const value = { low: b.parameter(0), high: b.parameter(1) }
    const cell = unit.cellsOffset
    const imported = (): Code =>
      code.block(
        null,
        [
          code.i64.store(cell, 8, unit.scratchBase(), value.low()),
          code.i64.store(cell + 8, 8, unit.scratchBase(), value.high()),
          code.call(
            unit.importLibrary('decimal_to_f64'),
            [code.i32.add(unit.scratchBase(), code.i32.const(cell)), b.parameter(2)()],
            unit.types.f64,
          ),
        ],
        unit.types.f64,
      )
    b.if(code.i32.eqz(isNarrow(b, value)), () => b.return(imported()))
    nearest(b, { value: value.low, scale, otherwise: imported() })
    b.define(internal, 'f64', null)
  },
}

/** (a, scale) */
const short: NativeFunction = {
  name: 'decimal64_to_f64',
  constants: [1],
  accepts,
  define(unit, internal, [scale = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i32'])
    const value = b.parameter(0)
    const imported = b.code.call(unit.importLibrary('decimal64_to_f64'), [value(), b.parameter(1)()], unit.types.f64)
    nearest(b, { value, scale, otherwise: imported })
    b.define(internal, 'f64', null)
  },
}

export const decimalDoubles: readonly NativeFunction[] = [long, short]
