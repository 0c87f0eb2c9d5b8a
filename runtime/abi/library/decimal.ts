import { fallible, pure, type LibrarySignature } from './signature.ts'

/**
 * Decimals of more than 18 digits: the unscaled integer as i128, |value| < 10^38. `up` parameters say by how many powers of ten an
 * operand is scaled up first (exactly, however large it becomes); `precision` is the result's, beyond it numeric_overflow.
 * Rounding is half away from zero.
 */
export const decimalSignatures = {
  /** decimal_add(a, aUp, b, bUp, precision) */
  decimal_add: fallible(['i128', 'i32', 'i128', 'i32', 'i32'], 'i128'),
  /** decimal_sub(a, aUp, b, bUp, precision) */
  decimal_sub: fallible(['i128', 'i32', 'i128', 'i32', 'i32'], 'i128'),
  /** decimal_mul(a, b, down, precision): the product divided by 10^down */
  decimal_mul: fallible(['i128', 'i128', 'i32', 'i32'], 'i128'),
  /** decimal_div(a, b, up, precision): a * 10^up / b; division_by_zero; up may be negative */
  decimal_div: fallible(['i128', 'i128', 'i32', 'i32'], 'i128'),
  /** decimal_rem(a, aUp, b, bUp, precision): sign of the dividend; division_by_zero */
  decimal_rem: fallible(['i128', 'i32', 'i128', 'i32', 'i32'], 'i128'),
  /** decimal_compare(a, b) -> -1, 0, 1 */
  decimal_compare: pure(['i128', 'i128'], 'i32'),
  /** decimal_compare_scaled(a, aUp, b, bUp) -> -1, 0, 1 */
  decimal_compare_scaled: pure(['i128', 'i32', 'i128', 'i32'], 'i32'),
  decimal_equal: pure(['i128', 'i128'], 'i1'),
  decimal_neg: pure(['i128'], 'i128'),
  decimal_abs: pure(['i128'], 'i128'),
  /** decimal_rescale(a, up, precision): up < 0 divides by 10^-up */
  decimal_rescale: fallible(['i128', 'i32', 'i32'], 'i128'),
  /** decimal_round(a, digits, precision): to a multiple of 10^digits; likewise floor, ceil, trunc */
  decimal_round: fallible(['i128', 'i32', 'i32'], 'i128'),
  decimal_floor: fallible(['i128', 'i32', 'i32'], 'i128'),
  decimal_ceil: fallible(['i128', 'i32', 'i32'], 'i128'),
  decimal_trunc: fallible(['i128', 'i32', 'i32'], 'i128'),
  decimal_from_u64: pure(['i64'], 'i128'),
  /** decimal_to_i64(a, scale): rounded; numeric_overflow */
  decimal_to_i64: fallible(['i128', 'i32'], 'i64'),
  decimal_to_u64: fallible(['i128', 'i32'], 'i64'),
  /** decimal_to_f64(a, scale): the nearest double */
  decimal_to_f64: pure(['i128', 'i32'], 'f64'),
  /** decimal_from_f64(x, scale, precision): of the shortest text of x; numeric_overflow for NaN and infinities */
  decimal_from_f64: fallible(['f64', 'i32', 'i32'], 'i128'),
  /** decimal64_div(a, b, up, precision), for results of at most 18 digits: a * 10^up / b; division_by_zero */
  decimal64_div: fallible(['i64', 'i64', 'i32', 'i32'], 'i64'),
  /** decimal64_mul(a, b, down, precision) */
  decimal64_mul: fallible(['i64', 'i64', 'i32', 'i32'], 'i64'),
  /** decimal64_rescale(a, up, precision) */
  decimal64_rescale: fallible(['i64', 'i32', 'i32'], 'i64'),
  decimal64_to_f64: pure(['i64', 'i32'], 'f64'),
  decimal64_from_f64: fallible(['f64', 'i32', 'i32'], 'i64'),
} as const satisfies Record<string, LibrarySignature>
