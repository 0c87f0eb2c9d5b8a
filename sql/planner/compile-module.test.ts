import { expect, test } from 'vitest'
import { compileModule } from './compile-module.ts'

/** A module that exports `f`, which promises an i32 and leaves none. */
const unsound = (body: string): Uint8Array<ArrayBuffer> => {
  const code = `0a${size(body, 4)}01${size(body, 2)}00${body}0b`
  return Uint8Array.fromHex(`0061736d010000000105016000017f0302010007050101660000${code}`)
}
const size = (body: string, more: number): string => (body.length / 2 + more).toString(16).padStart(2, '0')
const nothing = ''
const noOperation = '01'

test('functions are not checked at once, in this module only', () => {
  expect(WebAssembly.Module.exports(compileModule(unsound(nothing)))).toEqual([{ name: 'f', kind: 'function' }])
  // not the same bytes: V8 knows what it has compiled
  expect(() => new WebAssembly.Module(unsound(noOperation))).toThrow(WebAssembly.CompileError)
  expect(() => compileModule(unsound(noOperation).slice(0, -1))).toThrow(WebAssembly.CompileError)
  expect(() => new WebAssembly.Module(unsound(noOperation))).toThrow(WebAssembly.CompileError)
})
