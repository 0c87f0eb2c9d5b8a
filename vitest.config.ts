import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Only what hangs takes so long: the slowest test needs some seconds, more on a slow machine that does other things beside it.
const patienceMillis = 600_000
const ignored = ['**/node_modules/**', '**/dist/**', '**/target/**']

// `npm test` runs everything but `*.long.test.ts`; `npm run test:long` (mode "long") runs only those,
// without a limit of ours: they take SECONDS and SEED from the environment.
export default defineConfig(({ mode }) => {
  const long = mode === 'long'
  const report = process.env['TEST_REPORT']
  return {
    test: {
      include: long ? ['**/*.long.test.ts'] : ['**/*.test.ts'],
      exclude: long ? ignored : [...ignored, '**/*.long.test.ts'],
      setupFiles: ['test/support/fast-check-setup.ts'],
      pool: 'forks',
      // no module of ours has state, so files may share a process, and with it Binaryen and the planner's module
      isolate: false,
      // vitest leaves one core to itself, of which it needs little: of two that would be half
      maxWorkers: availableParallelism(),
      testTimeout: long ? 3_600_000 : patienceMillis,
      hookTimeout: patienceMillis,
      // .ci/run counts the tests from this file.
      reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    },
  }
})
