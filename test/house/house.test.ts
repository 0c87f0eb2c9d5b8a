import { describe, expect, it } from 'vitest'
import type { Check } from './check.ts'
import { linksCheck, readmesCheck } from './check-documents.ts'
import { plannerCodesCheck, raisedCheck } from './check-messages.ts'
import { namesCheck } from './check-names.ts'
import { cyclesCheck, roomsCheck } from './check-rooms.ts'
import { sizesCheck } from './check-sizes.ts'
import { textCheck } from './check-text.ts'
import { checks } from './checks.ts'
import { projectFiles } from './project-files.ts'

/** What a check finds in files that exist only here. */
function find(check: Check, files: Readonly<Record<string, string>>): readonly string[] {
  return check.find(Object.entries(files).map(([path, text]) => ({ path, text })))
}

describe('the project', () => {
  const files = projectFiles()

  it('has files to check', () => {
    expect(files.some(({ path }) => path === 'package.json')).toBe(true)
    expect(files.some(({ path }) => path === 'sql/base/span.ts')).toBe(true)
  })

  it.for(checks.map((check) => [check.name, check] as const))('keeps the rule: %s', ([, check]) => {
    expect(check.find(files)).toEqual([])
  })
})

describe('rooms', () => {
  it.for([
    `import binaryen from 'binaryen'`,
    `import type { Module } from 'binaryen'`,
    `const { default: binaryen } = await import('binaryen')`,
  ])('leave Binaryen to the one file that wraps it: %s', (source) => {
    expect(find(roomsCheck, { 'runtime/engine/tiers.ts': source })).toHaveLength(1)
    expect(find(roomsCheck, { 'codegen/wasm/module.ts': source })).toEqual([])
  })

  const upward = (source: string): readonly string[] =>
    find(roomsCheck, { 'runtime/worker/run.ts': source, 'compiler/compile.ts': '', 'runtime/abi/block.ts': '' })

  it.for([
    `import { compile } from '../../compiler/compile.ts'`,
    `import type { Plan } from '../../compiler/compile.ts'`,
    `export * from '../../compiler/compile.ts'`,
    `const late = await import('../../compiler/compile.ts')`,
    `let plan: import('../../compiler/compile.ts').Plan`,
    `new Worker(new URL('../../compiler/compile.ts', import.meta.url))`,
  ])('refuse an import that the table does not allow: %s', (source) => {
    expect(upward(source)).toEqual([
      'runtime/worker/run.ts:1: may not import compiler/compile.ts (test/house/rooms.ts)',
    ])
  })

  it('allow what the table allows, and packages', () => {
    expect(upward(`import '../abi/block.ts'\nimport fs from 'node:fs'`)).toEqual([])
  })

  it('refuse files that stand in no room, missing targets and imports of expressions', () => {
    expect(find(roomsCheck, { 'attic/old.ts': '' })).toEqual(['attic/old.ts: stands in no room of test/house/rooms.ts'])
    expect(upward(`import './gone.ts'`)).toEqual([
      'runtime/worker/run.ts:1: imports runtime/worker/gone.ts, which does not exist',
    ])
    expect(upward(`\nawait import(path)`)).toEqual(['runtime/worker/run.ts:2: imports an expression'])
  })

  it('find a cycle even of types', () => {
    const cycle = {
      'sql/base/a.ts': `import type { B } from './b.ts'`,
      'sql/base/b.ts': `import type { A } from './a.ts'`,
    }
    expect(find(cyclesCheck, cycle)).toEqual([
      'sql/base/a.ts: import cycle sql/base/a.ts -> sql/base/b.ts -> sql/base/a.ts',
    ])
  })
})

describe('sizes', () => {
  it('limit files to 500 lines and Rust functions to 70', () => {
    const lines = (count: number): string => 'let a = 1;\n'.repeat(count)
    expect(find(sizesCheck, { 'sql/base/a.ts': lines(500) })).toEqual([])
    expect(find(sizesCheck, { 'sql/base/a.ts': lines(501) })).toEqual(['sql/base/a.ts: 501 lines; at most 500'])
    const rust = `impl A {\n    pub fn long(&self) {\n${lines(70)}    }\n}\n`
    expect(find(sizesCheck, { 'a.rs': rust })).toEqual(['a.rs:2: fn long has 72 lines; at most 70'])
  })
})

describe('names', () => {
  it.for([
    'sql/base/utils.ts',
    'sql/common/a.ts',
    'test/string-helpers.ts',
    'sql/base/codeFrame.ts',
    'sql/Base/a.ts',
    'docs/STATUS.md',
  ])('refuse %s', (path) => {
    expect(find(namesCheck, { [path]: '' })).toHaveLength(1)
  })

  it.for([
    'sql/base/code-frame.test.ts',
    'sql/planner/src/window_function.rs',
    'docs/ARCHITECTURE.md',
    '.ci/run',
    '.oxlintrc.json',
  ])('allow %s', (path) => {
    expect(find(namesCheck, { [path]: '' })).toEqual([])
  })
})

describe('text', () => {
  it.for([
    `const f = new Function('a', body)`,
    `const f = Function('a', body)`,
    `eval(source)`,
    `import vm from 'node:vm'`,
    `// TODO later`,
    `// oxlint-disable-next-line no-eval`,
    `// @ts-ignore`,
    `const path = '/work/main/x'`,
    `"https://registry.npmjs.org/acorn"`,
  ])('refuses %s', (text) => {
    expect(find(textCheck, { 'runtime/worker/run.ts': text })).toHaveLength(1)
  })

  it.for([
    `isFunction(x)`,
    `// oxlint-disable-next-line max-params -- the order of the specification`,
    `const url = 'https://example.org/work/x'`,
    `reader.eval(row)`,
  ])('allows %s', (text) => {
    expect(find(textCheck, { 'runtime/worker/run.ts': text })).toEqual([])
  })

  it.for([
    'const a = Math.random()',
    'const seed = Number(Date.now() % 2 ** 31)',
    "it('waits', { timeout: 60_000 }, async () => {",
    "it('waits', async () => {\n}, 60_000)",
  ])('refuses a test of chance or haste, but one that runs as long as somebody says: %s', (text) => {
    expect(find(textCheck, { 'sql/base/a.test.ts': text })).toHaveLength(1)
    expect(find(textCheck, { 'sql/base/a.long.test.ts': text })).toEqual([])
  })

  it.for([
    'await vi.waitFor(() => expect(done).toBe(40), { timeout: 60_000 })',
    'const later = Date.now() + 1000',
    "['another function of Math', 'const a_1 = Math.random()'],",
  ])('allows a test that has %s', (text) => {
    expect(find(textCheck, { 'sql/base/a.test.ts': text })).toEqual([])
  })

  it('lets the load gate make functions', () => {
    expect(find(textCheck, { 'runtime/worker/load.ts': `new Function('a', body)` })).toEqual([])
  })
})

describe('documents', () => {
  it('need a README of at most 40 lines in every room', () => {
    expect(find(readmesCheck, { 'sql/base/a.ts': '' })).toEqual(['sql/base/README.md: missing'])
    const long = { 'sql/base/a.ts': '', 'sql/base/README.md': 'x\n'.repeat(41) }
    expect(find(readmesCheck, long)).toEqual(['sql/base/README.md: 41 lines; at most 40'])
    expect(find(readmesCheck, { 'compiler/rewrite/a.ts': '', 'compiler/compile.ts': '' })).toEqual([
      'compiler/rewrite/README.md: missing',
    ])
  })

  it('link only to what exists', () => {
    const files = { 'docs/a.md': '[x](b.md#two-words) [y](../gone.md) `[z](no.md)`\n', 'docs/b.md': '# Two words\n' }
    expect(find(linksCheck, files)).toEqual(['docs/a.md:1: links to gone.md, which does not exist'])
    expect(find(linksCheck, { 'a.md': '[x](b.md#gone)', 'b.md': '# Here' })).toHaveLength(1)
  })
})

describe('codes', () => {
  it('of the planner must have a message with the same SQLSTATE', () => {
    const rust = `const A: Code = Code("no_such_code", "42601");\nconst B: Code = Code("unknown_column", "42601");`
    expect(find(plannerCodesCheck, { 'sql/planner/src/diagnostic.rs': rust })).toEqual([
      'sql/planner/src/diagnostic.rs: code no_such_code is not in sql/messages',
      'sql/planner/src/diagnostic.rs: code unknown_column has SQLSTATE 42601, in sql/messages 42703',
    ])
  })

  it('must be raised by something that is not a test', () => {
    expect(find(raisedCheck, {})).toContain('sql/messages: unknown_column is raised nowhere')
    const raised = { 'compiler/a.ts': `throw new SqlError([unknownColumn({ name })])` }
    expect(find(raisedCheck, raised)).not.toContain('sql/messages: unknown_column is raised nowhere')
    const onlyTested = { 'compiler/a.test.ts': `unknownColumn({ name })` }
    expect(find(raisedCheck, onlyTested)).toContain('sql/messages: unknown_column is raised nowhere')
  })
})
