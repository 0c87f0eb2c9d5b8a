import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { oldNodes } from '../support/old-nodes.ts'

const run = promisify(execFile)
const starter = fileURLToPath(new URL('../../bin/millrace.mjs', import.meta.url))

describe('the starter', () => {
  const nodes = [process.execPath, ...oldNodes().slice(0, 1)]

  it.for(nodes)('prints the version under %s', async (node) => {
    const { stdout } = await run(node, [starter, '--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/)
  })

  it.for(nodes)('passes the exit status on under %s', async (node) => {
    await expect(run(node, [starter, 'no-such-command'])).rejects.toMatchObject({ code: 2 })
  })

  it('says that it needs WebAssembly', async () => {
    await expect(run(process.execPath, ['--jitless', starter, '--version'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error: millrace needs WebAssembly, which node --jitless leaves out') as unknown,
    })
  })

  it.for(nodes)('lets a SIGTERM end the program as an interruption under %s', async (node) => {
    const source = `CREATE SOURCE s (n BIGINT) FORMAT JSON WITH (connector = 'file', path = '-'); SELECT n FROM s`
    const child = spawn(node, [starter, 'run', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    child.stdin.write('{"n":1}\n')
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(130)
  })
})
