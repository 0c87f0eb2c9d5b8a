import type { numberSignatures } from '../../abi/library/number.ts'
import type { LibraryContext } from '../context.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { logarithm, power, roundTo, truncateTo } from './float.ts'
import { factorial, greatestDivisor, leastMultiple, powerOfInteger } from './integer.ts'

/** The family of numeric functions. Every tier calls these, so that all give the same bits. */
export function numberLibrary(m: LibraryContext): Implementations<typeof numberSignatures> {
  return {
    f64_pow: power,
    f64_exp: Math.exp,
    f64_ln: Math.log,
    f64_log2: Math.log2,
    f64_log10: Math.log10,
    f64_log: logarithm,
    f64_cbrt: Math.cbrt,
    f64_sin: Math.sin,
    f64_cos: Math.cos,
    f64_tan: Math.tan,
    f64_asin: Math.asin,
    f64_acos: Math.acos,
    f64_atan: Math.atan,
    f64_atan2: Math.atan2,
    f64_sinh: Math.sinh,
    f64_cosh: Math.cosh,
    f64_tanh: Math.tanh,
    f64_asinh: Math.asinh,
    f64_acosh: Math.acosh,
    f64_atanh: Math.atanh,
    f64_round: roundTo,
    f64_truncate: truncateTo,
    i64_power: (base, exponent) => powerOfInteger(m, base, exponent),
    i64_gcd: (a, b) => greatestDivisor(m, a, b),
    i64_lcm: (a, b) => leastMultiple(m, a, b),
    i64_factorial: (n) => factorial(m, n),
  }
}
