import { expect, it } from 'vitest'
import { unprovokedCodes } from './check-messages.ts'
import { projectFiles } from './project-files.ts'
import { unprovokable } from './unprovoked-codes.ts'

it('every error code is named by a test that provokes it, but for those that cannot be yet', () => {
  expect(unprovokedCodes(projectFiles())).toEqual(Object.keys(unprovokable))
})

it('a code counts as provoked when a test names it as text', () => {
  const among = (text: string): readonly string[] => unprovokedCodes([{ path: 'sql/planner/plan.test.ts', text }])
  expect(among(`expect(error.code).toBe('unknown_column')`)).not.toContain('unknown_column')
  expect(among('error[unknown_column] 42703: ..')).not.toContain('unknown_column')
  expect(among('unknown_column')).toContain('unknown_column')
})
