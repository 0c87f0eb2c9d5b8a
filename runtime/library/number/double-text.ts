/**
 * Text of doubles: the shortest digits that read back to the same number, always with a point or an exponent (`3.0`, `1e+20`), so that it
 * reads as a DOUBLE. Plain notation from 1e-4 to below 1e16, as DuckDB; `NaN`, `Infinity` and `-Infinity` as PostgreSQL.
 */
export function doubleText(x: number): string {
  if (!Number.isFinite(x)) return String(x)
  const size = Math.abs(x)
  // Here JavaScript writes the same digits in plain notation; it leaves out the point of whole numbers and the sign of -0.
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(x) ? `${x}.0` : String(x)
  return layOut(x, Math.abs(x).toExponential())
}

/** The same of a REAL: the shortest digits that read back to the same float. */
export function floatText(x: number): string {
  if (!Number.isFinite(x)) return String(x)
  for (let precision = 0; precision < 9; precision++) {
    const text = Math.abs(x).toExponential(precision)
    if (Math.fround(Number(text)) === Math.abs(x)) return layOut(x, text)
  }
  return layOut(x, Math.abs(x).toExponential())
}

/** From the magnitude as `d.ddde±x`. */
function layOut(x: number, text: string): string {
  const sign = x < 0 || Object.is(x, -0) ? '-' : ''
  const [mantissa = '', power = '0'] = text.split('e')
  const exponent = Number(power)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + trimZeros(fraction)
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return `${sign}${point}e${exponent < 0 ? '-' : '+'}${size}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const padded = digits.padEnd(exponent + 1, '0')
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || '0'}`
}

function trimZeros(fraction: string): string {
  return fraction.replace(/0+$/, '')
}
