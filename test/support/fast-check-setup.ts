import fc from 'fast-check'
import { seed } from './seed.ts'

// Before every test file (vitest.config.ts): fast-check itself would take its seed from the clock.
fc.configureGlobal({ seed })
