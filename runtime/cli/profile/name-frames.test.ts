import { describe, expect, it } from 'vitest'
import type { Origin } from '../../engine/toolchain/unit-description.ts'
import type { Frame, ProfiledUnit } from './frames.ts'
import { nameFrames, type Profile, type ProfileNode } from './name-frames.ts'

const program = { url: 'file:///programs/auctions.sql', file: '/programs/auctions.sql' }
const origin = (planNode: number, operator: string, line: number): Origin => ({
  planNode,
  operator,
  span: { start: 100 * line, end: 100 * line + 10, line, column: 7 },
})
const filter = origin(2, 'filter', 4)
const project = origin(3, 'project', 3)

const unit: ProfiledUnit = {
  owner: 'dear',
  statement: null,
  script: 'millrace-pipeline0.js',
  linesBefore: 2,
  javascript: ['// unit', 'function part_0_1() {', '}', 'function run_2() {', ' // 2', ' a', ' // 3', ' b', '}'].join(
    '\n',
  ),
  marks: [
    { line: 5, ...filter },
    { line: 7, ...project },
  ],
  module: 'pipeline0-0123456789ab',
  functions: [{ name: 'run', origins: [filter, project] }],
}

const wasm = (functionName: string, module = unit.module): Frame => ({
  functionName,
  scriptId: '9',
  url: `wasm://wasm/${module}-89abcdef`,
  lineNumber: 0,
  columnNumber: 207,
})
const javascript = (functionName: string, unitLine: number): Frame => ({
  functionName,
  scriptId: '8',
  url: unit.script,
  lineNumber: unitLine + 1,
  columnNumber: 12,
})

function named(nodes: readonly Omit<ProfileNode, 'id'>[], samples: readonly number[] = []): Profile {
  const numbered = nodes.map((node, index) => ({ id: index + 1, ...node }))
  return nameFrames({ nodes: numbered, startTime: 0, endTime: 9, samples, timeDeltas: [] }, [unit], program)
}

describe('frames of JavaScript', () => {
  const node = {
    callFrame: javascript('run_2', 4),
    hitCount: 5,
    // lines of the script: two more than those of the unit
    positionTicks: [
      { line: 8, ticks: 1 },
      { line: 10, ticks: 3 },
    ],
    children: [2],
  }

  it('name the query, the function, its plan nodes and the first place', () => {
    const [frame] = named([node]).nodes
    expect(frame?.callFrame).toEqual({
      functionName: 'dear run: #2 filter, #3 project [auctions.sql:3:7]',
      scriptId: '8',
      url: program.url,
      lineNumber: 2,
      columnNumber: 6,
    })
  })

  it('have a child for each plan node, with its share of the time', () => {
    const { nodes, samples } = named([node, { callFrame: wasm('other', 'other') }], [1, 1, 2, 1, 1, 1])
    expect(nodes.map(({ id, hitCount, children }) => ({ id, hitCount, children }))).toEqual([
      { id: 1, hitCount: 1, children: [2, 3, 4] },
      { id: 3, hitCount: 1, children: undefined },
      { id: 4, hitCount: 3, children: undefined },
      { id: 2, hitCount: undefined, children: undefined },
    ])
    expect(nodes.slice(1, 3).map(({ callFrame, positionTicks }) => ({ callFrame, positionTicks }))).toMatchObject([
      {
        callFrame: { functionName: '#2 filter [auctions.sql:4:7]', lineNumber: 3, columnNumber: 6, url: program.url },
        positionTicks: [{ line: 4, ticks: 1 }],
      },
      { callFrame: { functionName: '#3 project [auctions.sql:3:7]' }, positionTicks: [{ line: 3, ticks: 3 }] },
    ])
    expect(samples?.toSorted()).toEqual([1, 2, 3, 4, 4, 4])
    expect(samples?.[2]).toBe(2)
  })

  it('without marks of their own belong to their unit', () => {
    const [frame] = named([{ callFrame: javascript('part_0_1', 2), hitCount: 3 }]).nodes
    expect(frame?.callFrame).toMatchObject({ functionName: 'dear part_0 [auctions.sql:3:7]', lineNumber: 2 })
    expect(frame?.hitCount).toBe(3)
  })
})

describe('frames of WebAssembly', () => {
  it('name the query, the function, its plan nodes and the first place', () => {
    const [frame] = named([{ callFrame: wasm('function_run'), hitCount: 7 }]).nodes
    expect(frame).toMatchObject({
      callFrame: {
        functionName: 'dear run: #2 filter, #3 project [auctions.sql:3:7]',
        url: program.url,
        lineNumber: 2,
        columnNumber: 6,
      },
      hitCount: 7,
      positionTicks: [{ line: 3, ticks: 7 }],
    })
  })

  it('name functions of the library that the module has itself', () => {
    const [frame] = named([{ callFrame: wasm('native_string_equal') }]).nodes
    expect(frame?.callFrame).toMatchObject({ functionName: 'dear string_equal [auctions.sql:3:7]', url: program.url })
  })
})

describe('frames of a unit without plan nodes', () => {
  it('belong to their statement', () => {
    const statement = { start: 0, end: 90, line: 1, column: 1 }
    const node = { id: 1, callFrame: javascript('run_2', 4), hitCount: 1 }
    const source = { ...unit, owner: 'bid', marks: [], functions: [], statement }
    const { nodes } = nameFrames({ nodes: [node], startTime: 0, endTime: 9 }, [source], program)
    expect(nodes[0]?.callFrame).toMatchObject({
      functionName: 'bid run [auctions.sql:1:1]',
      lineNumber: 0,
      columnNumber: 0,
    })
  })
})

describe('other frames', () => {
  it('stay as they are', () => {
    const others = [wasm('function_run', 'planner'), { ...javascript('run_2', 4), url: 'file:///engine.ts' }]
    expect(named(others.map((callFrame) => ({ callFrame }))).nodes.map(({ callFrame }) => callFrame)).toEqual(others)
  })
})
