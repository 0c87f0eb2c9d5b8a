import { define } from './scalar-function.ts'
import type { ScalarFunction } from './scalar-function.ts'

const ofOne = (name: string, summary: string, facts: Partial<ScalarFunction> = {}): ScalarFunction =>
  define(name, { summary, overloads: [['number']], ...facts })

/** Functions of doubles: NaN and infinities where mathematics has no value, never an error. */
export const mathFunctions = [
  ofOne('sqrt', 'square root', { monotone: true }),
  ofOne('cbrt', 'cube root', { monotone: true }),
  ofOne('exp', 'e to the power of the argument', { monotone: true }),
  ofOne('ln', 'natural logarithm', { monotone: true }),
  ofOne('log2', 'logarithm to base 2', { monotone: true }),
  ofOne('log10', 'logarithm to base 10', { monotone: true }),
  define('log', {
    summary: 'logarithm to base 10, or of the second argument to the base of the first',
    overloads: [['number'], ['number', 'number']],
  }),
  define('power', {
    aliases: ['pow'],
    summary: 'the first argument to the power of the second',
    overloads: [
      ['double', 'double'],
      ['integer', 'integer'],
    ],
    fallible: true,
  }),
  ofOne('sin', 'sine of radians'),
  ofOne('cos', 'cosine of radians'),
  ofOne('tan', 'tangent of radians'),
  ofOne('cot', 'cotangent of radians'),
  ofOne('asin', 'arc sine'),
  ofOne('acos', 'arc cosine'),
  ofOne('atan', 'arc tangent', { monotone: true }),
  define('atan2', { summary: 'angle of the point (x, y), given y and x', overloads: [['number', 'number']] }),
  ofOne('sinh', 'hyperbolic sine'),
  ofOne('cosh', 'hyperbolic cosine'),
  ofOne('tanh', 'hyperbolic tangent'),
  ofOne('asinh', 'inverse hyperbolic sine'),
  ofOne('acosh', 'inverse hyperbolic cosine'),
  ofOne('atanh', 'inverse hyperbolic tangent'),
  ofOne('degrees', 'radians as degrees', { monotone: true }),
  ofOne('radians', 'degrees as radians', { monotone: true }),
  define('pi', { summary: 'the number pi', overloads: [[]] }),
  ofOne('isnan', 'whether the argument is NaN'),
  ofOne('iszero', 'whether the argument is zero'),
  define('nanvl', {
    summary: 'the first argument, or the second where it is NaN',
    overloads: [['double', 'double']],
    strict: false,
  }),
]
