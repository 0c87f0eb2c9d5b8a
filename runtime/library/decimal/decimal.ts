import type { decimalSignatures } from '../../abi/library/decimal.ts'
import type { LibraryContext } from '../context.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { add, divide, multiply, remainder } from './arithmetic.ts'
import { write } from './cell.ts'
import { absolute, compare, compareScaled, equal, negate } from './compare.ts'
import { cellToDouble, fromDoubleInto, toDouble, toI64, toU64 } from './convert.ts'
import { rescale, round } from './round.ts'
import { divideShort, fromDoubleShort, multiplyShort, rescaleShort } from './short.ts'

/** The family of decimals, bound to one memory. */
export function decimalLibrary(m: LibraryContext): Implementations<typeof decimalSignatures> {
  return {
    decimal_add: (a, aUp, b, bUp, precision, out) => add(m, a, b, { aUp, bUp, precision, out, sign: 1 }),
    decimal_sub: (a, aUp, b, bUp, precision, out) => add(m, a, b, { aUp, bUp, precision, out, sign: -1 }),
    decimal_mul: (a, b, down, precision, out) => multiply(m, a, b, { scale: down, precision, out }),
    decimal_div: (a, b, up, precision, out) => divide(m, a, b, { scale: up, precision, out }),
    decimal_rem: (a, aUp, b, bUp, precision, out) => remainder(m, a, b, { aUp, bUp, precision, out }),
    decimal_compare: (a, b) => compare(m, a, b),
    decimal_compare_scaled: (a, aUp, b, bUp) => compareScaled(m, [a, b], [aUp, bUp]),
    decimal_equal: (a, b) => equal(m, a, b),
    decimal_neg: (a, out) => negate(m, a, out),
    decimal_abs: (a, out) => absolute(m, a, out),
    decimal_rescale: (a, up, precision, out) => rescale(m, a, { up, precision, out }),
    decimal_round: (a, digits, precision, out) => round(m, a, { digits, precision, out, mode: 'half_away' }),
    decimal_floor: (a, digits, precision, out) => round(m, a, { digits, precision, out, mode: 'floor' }),
    decimal_ceil: (a, digits, precision, out) => round(m, a, { digits, precision, out, mode: 'ceil' }),
    decimal_trunc: (a, digits, precision, out) => round(m, a, { digits, precision, out, mode: 'toward_zero' }),
    decimal_from_u64: (value, out) => write(m, out, BigInt.asUintN(64, value)),
    decimal_to_i64: (a, scale) => toI64(m, a, scale),
    decimal_to_u64: (a, scale) => toU64(m, a, scale),
    decimal_to_f64: (a, scale) => cellToDouble(m, a, scale),
    decimal_from_f64: (x, scale, precision, out) => fromDoubleInto(m, x, { scale, precision, out }),
    decimal64_div: (a, b, up, precision) => divideShort(m, [a, b], { up, precision }),
    decimal64_mul: (a, b, down, precision) => multiplyShort(m, [a, b], { down, precision }),
    decimal64_rescale: (a, up, precision) => rescaleShort(m, a, { up, precision }),
    decimal64_to_f64: (a, scale) => toDouble(a, scale),
    decimal64_from_f64: (x, scale, precision) => fromDoubleShort(m, x, { scale, precision }),
  }
}
