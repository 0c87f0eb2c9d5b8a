import { isTest, lineOf, type Check, type SourceFile } from './check.ts'

interface Ban {
  readonly pattern: RegExp
  readonly reason: string
  readonly applies: (path: string) => boolean
}

const isCode = (path: string): boolean => /\.(ts|mjs|rs)$/.test(path)
/** Run by `npm test`. */
const isShortTest = (path: string): boolean => /(?<!\.long)\.test\.ts$/.test(path)
const isScript = (path: string): boolean => /\.(ts|mjs)$/.test(path)
/** These files name what they ban. */
const self = /^test\/house\/(check-text|check-names|house\.test)\.ts$/

const bans: readonly Ban[] = [
  {
    pattern: /\bnew\s+Function\b|(?<![\w.])Function\s*\(|(?<![\w.-])eval\s*\(|['"](?:node:)?vm['"]|\bAsyncFunction\b/,
    reason: 'functions are made from text only in runtime/worker/load.ts',
    applies: (path) => isScript(path) && path !== 'runtime/worker/load.ts' && !isTest(path),
  },
  {
    pattern: /\bprocess\.binding\b|['"](?:node:)?repl['"]/,
    reason: 'a way round the load gate',
    applies: (path) => isScript(path) && !isTest(path),
  },
  {
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b|\btodo!\(|\bunimplemented!\(/,
    reason: 'unfinished, by its own words',
    applies: isCode,
  },
  {
    pattern: /(?:oxlint|eslint)-disable(?![^\n]* -- \S)/,
    reason: 'a lint rule is switched off without a reason (-- why)',
    applies: isScript,
  },
  {
    pattern: /@ts-(?:ignore|nocheck)/,
    reason: 'type errors are mended, not hidden',
    applies: isScript,
  },
  {
    pattern: /(?<![\w.:-])\/(?:work|root|home\/\w+|tmp\/room|Users\/\w+)\//,
    reason: 'a path of one machine',
    applies: () => true,
  },
  {
    pattern: /registry\.npmjs|registry\.yarnpkg|static\.crates\.io|index\.crates\.io|repo\.maven|:4873\b/,
    reason: 'the host of a package registry',
    applies: () => true,
  },
  {
    pattern: /(?<!['"`].*)\bMath\.random\(|\bDate\.now\(\) %|\binterruptAfterTimeLimit\b/,
    reason: 'a test that may fail by chance (test/support/seed.ts has a seed)',
    applies: isShortTest,
  },
  {
    pattern: /\b(?:it|test|describe)\b.*\{ timeout: |^ *\}, \d[\d_]*\)$/m,
    reason: 'what is slow on a busy machine is no failure: the one timeout is in vitest.config.ts',
    applies: isShortTest,
  },
]

/** What no file may contain. */
export const textCheck: Check = {
  name: 'text',
  find(files) {
    return files.filter(({ path }) => !self.test(path)).flatMap(violations)
  },
}

function violations({ path, text }: SourceFile): readonly string[] {
  return bans
    .filter(({ applies }) => applies(path))
    .flatMap(({ pattern, reason }) => {
      const match = pattern.exec(text)
      return match ? [`${path}:${lineOf(text, match.index)}: ${match[0].trim()}: ${reason}`] : []
    })
}
