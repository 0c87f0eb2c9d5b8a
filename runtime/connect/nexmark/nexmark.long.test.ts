import { expect, test } from 'vitest'
import { nexmarkDigest } from '../../../test/support/connect/nexmark-digest.ts'

test('the first million events are fixed for ever', () => {
  expect(nexmarkDigest(1_000_000)).toBe('83daa11d8fc6a209d713f543161adb9b771ca990d2b64e55258a701d2ce31ffb')
})
