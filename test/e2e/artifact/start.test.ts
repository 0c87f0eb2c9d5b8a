import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compiled, runNode } from '../../support/artifact.ts'

describe('the start of an artifact', () => {
  it('imports no module of Node, which would evaluate all that the module offers', async () => {
    const artifact = await compiled('SELECT 1 AS a')
    const runtime = readdirSync(join(artifact, 'runtime')).map((name) => `runtime/${name}`)
    const modules = ['main.mjs', 'index.mjs', ...runtime].filter((path) => path.endsWith('.mjs'))
    for (const path of modules) {
      const content = readFileSync(join(artifact, path), 'utf8')
      expect(content, path).not.toMatch(/(^|[;}\n])\s*import\b[^;(]{0,500}?["']node:/)
    }
  })

  it('loads neither clocks, nor promises of files, nor WebCrypto', async () => {
    const artifact = await compiled('SELECT 1 AS a')
    const script = `process.on('exit', () => console.log(process.moduleLoadList.join()))
      await import(${JSON.stringify(join(artifact, 'main.mjs'))})`
    const { stdout } = await runNode(['--input-type=module', '-e', script])
    expect(stdout).toContain('NativeModule crypto')
    for (const name of ['internal/crypto/webcrypto', 'fs/promises', 'perf_hooks', 'internal/repl/history'])
      expect(stdout).not.toContain(`NativeModule ${name}`)
  })
})
