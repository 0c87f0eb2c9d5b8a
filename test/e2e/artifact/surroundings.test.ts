import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compiled, runArtifact, runNode, temporaryFolder } from '../../support/artifact.ts'
import { oldNodes } from '../../support/old-nodes.ts'
import { sampled } from '../../support/sampled.ts'

const example = new URL('../../../docs/examples/auctions.sql', import.meta.url)

describe('a compiled program', () => {
  it('has profiles whose frames name SQL', async () => {
    const folder = await temporaryFolder()
    const artifact = await compiled(readFileSync(example, 'utf8'))
    for (const tier of ['wasm', 'javascript']) {
      const path = join(folder, `${tier}.cpuprofile`)
      const named = /"functionName":"[^"]*busy_auctions[^"]*"/
      const take = async (): Promise<string> => {
        const { status, stderr } = await runArtifact(artifact, ['--tier', tier, '--profile', path])
        expect([status, stderr]).toEqual([0, ''])
        return readFileSync(path, 'utf8')
      }
      expect(await sampled(take, (profile) => named.test(profile))).toMatch(named)
    }
  })

  it('carries the licenses of what it carries', async () => {
    const text = readFileSync(join(await compiled('SELECT 1 AS one'), 'runtime/LICENSES.txt'), 'utf8')
    for (const name of ['millrace', 'apache-arrow', 'commander', 'flatbuffers', 'tslib'])
      expect(text).toContain(`==== ${name}\n`)
  })

  it('says that it needs WebAssembly', async () => {
    const { status, stderr } = await runNode(['--jitless', join(await compiled('SELECT 1 AS one'), 'main.mjs')])
    const line = 'error: this program needs WebAssembly, which node --jitless leaves out'
    expect([status, stderr.trim().split('\n').at(-1)]).toEqual([2, line])
  })

  it.runIf(oldNodes().length > 0)('tells an old Node which one it needs', async () => {
    const artifact = await compiled('SELECT 1 AS one')
    const [node = ''] = oldNodes()
    await expect(promisify(execFile)(node, [join(artifact, 'main.mjs')])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: this program needs Node 24 or newer; this is v\d+/) as unknown,
    })
  })
})
