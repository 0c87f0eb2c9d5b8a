import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from './did-you-mean.ts'

describe('nearest', () => {
  it('finds a name with a missing, a wrong, an extra or two swapped letters', () => {
    const known = ['path', 'mode', 'timestamp_format']
    expect(nearest('pth', known)).toBe('path')
    expect(nearest('mude', known)).toBe('mode')
    expect(nearest('paths', known)).toBe('path')
    expect(nearest('apth', known)).toBe('path')
    expect(nearest('timestmp_fromat', known)).toBe('timestamp_format')
  })

  it('ignores case', () => {
    expect(nearest('PATH', ['mode', 'path'])).toBe('path')
  })

  it('gives nothing for another word', () => {
    expect(nearest('colour', ['path', 'mode'])).toBeUndefined()
    expect(nearest('', [])).toBeUndefined()
  })

  it('takes the nearer of two', () => {
    expect(nearest('price', ['prices', 'price'])).toBe('price')
  })
})

describe('didYouMean', () => {
  it('is a hint or nothing', () => {
    expect(didYouMean('pahts', ['path'])).toBeUndefined()
    expect(didYouMean('paht', ['path'])).toBe('did you mean "path"?')
  })
})
