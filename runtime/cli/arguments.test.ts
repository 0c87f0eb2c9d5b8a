import { describe, expect, it } from 'vitest'
import { parseAssignment, parseCount, parseDuration } from './arguments.ts'

describe('flags', () => {
  it('splits KEY=VALUE at the first equals sign', () => {
    expect(parseAssignment('--var', 'PATH=a=b')).toEqual(['PATH', 'a=b'])
    expect(parseAssignment('--set', 'on_error=')).toEqual(['on_error', ''])
    for (const wrong of ['x', '=x', '']) expect(() => parseAssignment('--var', wrong)).toThrow('--var takes KEY=VALUE')
  })

  it('reads durations with a unit and refuses the rest', () => {
    expect(parseDuration('--duration', '30s')).toBe(30_000)
    expect(parseDuration('--duration', '1.5h')).toBe(5_400_000)
    expect(parseDuration('--duration', '20ms')).toBe(20)
    for (const wrong of ['30', 's', '-1s', '0s', '1 s', '1d'])
      expect(() => parseDuration('--duration', wrong)).toThrow('30s')
  })

  it('reads counts', () => {
    expect(parseCount('--events', '1_000_000')).toBe(1_000_000)
    for (const wrong of ['0', '-1', '1.5', '1e6', '', '9007199254740993']) {
      expect(() => parseCount('--events', wrong)).toThrow('whole number')
    }
  })
})
