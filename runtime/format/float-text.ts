/**
 * The shortest decimal text that reads back to the same number, as SQL shows it: always with a point or an exponent (`3.0`,
 * `1e+20`, `1e-07`); positional from 1e-4 to below 1e16.
 */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value)
  return shape(String(value))
}

/** As `doubleText`, for a value that is a float: the shortest that reads back to the same float. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return shape(String(Number(text)))
  }
  return shape(String(Number(value.toPrecision(9))))
}

function nonFiniteText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

/** `text` is JavaScript's own shortest form: digits, at most one point, perhaps an exponent. */
function shape(text: string): string {
  const [mantissa = '', exponentText = '0'] = text.split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = (negative ? mantissa.slice(1) : mantissa).split('.')
  const all = whole + fraction
  const leading = /^0*/.exec(all)?.[0].length ?? 0
  const digits = all.slice(leading).replace(/0+$/, '') || '0'
  const exponent = digits === '0' ? 0 : whole.length - leading - 1 + Number(exponentText)
  return (negative ? '-' : '') + (exponent < -4 || exponent > 15 ? scientific(digits, exponent) : positional(digits, exponent))
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits[0] ?? '0'}${fraction}e${exponent < 0 ? '-' : '+'}${size}`
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}
