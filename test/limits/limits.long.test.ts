import { describe, expect, it } from 'vitest'
import { answered, runLarge } from './large-statements.ts'

/** Compiling these takes V8 some seconds. */
describe('large statements in WebAssembly', () => {
  it.for(Object.entries(answered))('%s', async ([, statement]) => {
    const { actual, expected } = await runLarge({ tier: 'wasm' }, statement)
    expect(actual).toEqual(expected)
  })
})
