/** A number as digits * 10^exponent. */
export interface Digits {
  readonly digits: bigint
  readonly exponent: number
}

/** The shortest digits that read back to the same double. Finite numbers only. */
export function shortestDigits(x: number): Digits {
  const [mantissa = '', exponent = '0'] = x.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}
