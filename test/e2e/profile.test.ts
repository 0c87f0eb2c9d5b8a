import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Profile, ProfileNode } from '../../runtime/cli/profile/name-frames.ts'
import { runCli } from '../support/run-cli.ts'
import { sampled } from '../support/sampled.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-profile-'))
const program = join(folder, 'auctions.sql')
// enough rows for samples in nearly every kernel that runs once per block
const text = readFileSync('docs/examples/auctions.sql', 'utf8').replace('events = 200000,', 'events = 500000,')
writeFileSync(program, text)
const lines = text.split('\n')
const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1
const filterLine = lineOf('WHERE price > 1000')
const aggregateLine = lineOf('SELECT window_start')

async function profileOf(command: readonly string[], tier: string): Promise<Profile> {
  const path = join(folder, `${tier}.cpuprofile`)
  const { status } = await runCli([...command, program, '--tier', tier, '--profile', path])
  expect(status).toBe(0)
  return JSON.parse(readFileSync(path, 'utf8')) as Profile
}

function inProgram({ nodes }: Profile): readonly ProfileNode[] {
  const { href } = pathToFileURL(program)
  return nodes.filter(({ callFrame }) => callFrame.url === href)
}

const names = (frames: readonly ProfileNode[]): string =>
  frames.map(({ callFrame }) => callFrame.functionName).join('\n')

function hits(nodes: readonly ProfileNode[]): number {
  return nodes.reduce((sum, { hitCount = 0 }) => sum + hitCount, 0)
}

describe('a CPU profile of a hot query', () => {
  it('names query, plan node, file and line of JavaScript, plan node by plan node', async () => {
    const profile = await sampled(
      async () => await profileOf(['run'], 'javascript'),
      (taken) => /^#2 filter/m.test(names(inProgram(taken))) && /^#4 aggregate/m.test(names(inProgram(taken))),
    )
    const frames = inProgram(profile)
    const update = frames.filter(({ callFrame }) =>
      callFrame.functionName.startsWith('busy_auctions update: #2 filter'),
    )
    expect(update[0]?.callFrame).toMatchObject({
      functionName: expect.stringMatching(
        new RegExp(`#4 aggregate \\[auctions\\.sql:${aggregateLine}:\\d+\\]$`),
      ) as string,
      lineNumber: aggregateLine - 1,
    })
    const children = new Set(update.flatMap(({ children: ids = [] }) => ids))
    const parts = frames.filter(({ id }) => children.has(id))
    const filter = parts.filter(({ callFrame }) =>
      callFrame.functionName.startsWith(`#2 filter [auctions.sql:${filterLine}:`),
    )
    const aggregate = parts.filter(({ callFrame }) =>
      callFrame.functionName.startsWith(`#4 aggregate [auctions.sql:${aggregateLine}:`),
    )
    expect(hits([...filter, ...aggregate])).toBeGreaterThan(0)
    const ids = new Set(profile.nodes.map(({ id }) => id))
    expect(profile.samples?.filter((id) => !ids.has(id))).toEqual([])
    const samplesOf = ({ id }: ProfileNode): number => profile.samples?.filter((each) => each === id).length ?? 0
    for (const node of update) {
      const own = parts.filter(
        ({ id, callFrame }) => node.children?.includes(id) && callFrame.functionName.startsWith('#'),
      )
      const shares = [node, ...own]
      // V8 itself keeps a sample now and then that it does not count, of a function that goes back to the interpreter, say
      const samples = shares.reduce((sum, share) => sum + samplesOf(share), 0)
      for (const share of hits(shares) === 0 ? [] : shares)
        expect(Math.abs(samplesOf(share) - (samples * hits([share])) / hits(shares))).toBeLessThanOrEqual(2)
    }
  })

  it('names query, plan nodes, file and line of WebAssembly, also under EXPLAIN ANALYZE', async () => {
    const frames = inProgram(
      await sampled(
        async () => await profileOf(['explain', '--analyze'], 'wasm'),
        (taken) =>
          /^busy_auctions update[^]*^bid ingest|^bid ingest[^]*^busy_auctions update/m.test(names(inProgram(taken))),
      ),
    )
    const update = frames.filter(({ callFrame }) => callFrame.functionName.startsWith('busy_auctions update: '))
    expect(update[0]?.callFrame.functionName).toMatch(
      new RegExp(`^busy_auctions update: #2 filter, .*#4 aggregate \\[auctions\\.sql:${aggregateLine}:\\d+\\]$`),
    )
    expect(update[0]?.callFrame.lineNumber).toBe(aggregateLine - 1)
    expect(hits(update)).toBeGreaterThan(0)
    expect(frames.map(({ callFrame }) => callFrame.functionName)).toContainEqual(
      expect.stringMatching(/^bid ingest.* \[auctions\.sql:4:1\]$/),
    )
  })

  it('is refused before anything runs where it cannot be written', async () => {
    const path = join(folder, 'nowhere/x.cpuprofile')
    const { status, stdout, stderr } = await runCli(['run', '-e', 'SELECT 1 AS one', '--profile', path])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`error[sink_unwritable] 58030: sink profile cannot write ${path}: `)
  })
})
