import { fallible, pure, type LibrarySignature } from './signature.ts'

/** Doubles follow IEEE 754: NaN and infinities, never a fault. */
export const numberSignatures = {
  f64_pow: pure(['f64', 'f64'], 'f64'),
  f64_exp: pure(['f64'], 'f64'),
  f64_ln: pure(['f64'], 'f64'),
  f64_log2: pure(['f64'], 'f64'),
  f64_log10: pure(['f64'], 'f64'),
  /** f64_log(base, x) */
  f64_log: pure(['f64', 'f64'], 'f64'),
  f64_cbrt: pure(['f64'], 'f64'),
  f64_sin: pure(['f64'], 'f64'),
  f64_cos: pure(['f64'], 'f64'),
  f64_tan: pure(['f64'], 'f64'),
  f64_asin: pure(['f64'], 'f64'),
  f64_acos: pure(['f64'], 'f64'),
  f64_atan: pure(['f64'], 'f64'),
  f64_atan2: pure(['f64', 'f64'], 'f64'),
  f64_sinh: pure(['f64'], 'f64'),
  f64_cosh: pure(['f64'], 'f64'),
  f64_tanh: pure(['f64'], 'f64'),
  f64_asinh: pure(['f64'], 'f64'),
  f64_acosh: pure(['f64'], 'f64'),
  f64_atanh: pure(['f64'], 'f64'),
  /** f64_round(x, digits): half away from zero as its shortest text reads; digits may be negative */
  f64_round: pure(['f64', 'i32'], 'f64'),
  /** f64_truncate(x, digits): toward zero as its shortest text reads */
  f64_truncate: pure(['f64', 'i32'], 'f64'),
  /** i64_power(base, exponent): a negative exponent is invalid_argument */
  i64_power: fallible(['i64', 'i64'], 'i64'),
  i64_gcd: fallible(['i64', 'i64'], 'i64'),
  i64_lcm: fallible(['i64', 'i64'], 'i64'),
  i64_factorial: fallible(['i64'], 'i64'),
} as const satisfies Record<string, LibrarySignature>
