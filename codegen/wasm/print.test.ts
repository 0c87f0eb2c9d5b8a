import { describe, expect, it } from 'vitest'
import { toolkit } from '../../test/support/kernel/compiled.ts'
import { runModule } from '../../test/support/kernel/run-module.ts'
import { binary, constI32, library, load, local, store } from '../kernel/build.ts'
import type { ModuleIr, Statement, Variable } from '../kernel/ir.ts'
import { printWasmUnit } from './print.ts'
import { emitWasmUnit } from './unit.ts'

const spans = [
  { start: 10, end: 20, line: 2, column: 5 },
  { start: 30, end: 40, line: 3, column: 7 },
]
const input: Variable = { id: 1, role: 'in', type: 'i32', mutable: false }

const mark = (planNode: number, operator: string, span: number | null): Statement => ({
  kind: 'mark',
  planNode,
  operator,
  span,
})

const moduleOf = (body: readonly Statement[]): ModuleIr => runModule([input], body)

function counted(offset: number): Statement {
  const value = binary('add', load('i32', local(input), { offset }), constI32(1))
  return store('i32', local(input), value, { offset })
}

describe('WebAssembly as text', () => {
  it('says where plan nodes begin, once each, with their place in the program', () => {
    const module = moduleOf([mark(4, 'filter', 0), counted(0), counted(4), mark(7, 'aggregate', 1), counted(8)])
    const { text, marks } = printWasmUnit(toolkit, module, spans)
    const comments = text.split('\n').filter((line) => line.includes(';;'))
    expect(comments.map((line) => line.trim())).toEqual([';; plan 4 filter 2:5', ';; plan 7 aggregate 3:7'])
    expect(marks.map(({ line }) => text.split('\n')[line - 1])).toEqual(comments)
    expect(marks.map(({ planNode, operator, span }) => ({ planNode, operator, span }))).toEqual([
      { planNode: 4, operator: 'filter', span: spans[0] },
      { planNode: 7, operator: 'aggregate', span: spans[1] },
    ])
  })

  it('leaves the place out where the plan has none', () => {
    expect(printWasmUnit(toolkit, moduleOf([mark(4, 'filter', null), counted(0)]), []).text).toContain(
      ';; plan 4 filter\n',
    )
  })

  it('is of the module that runs', () => {
    const module = moduleOf([counted(0), counted(0)])
    const { sizeBytes, unoptimizedSizeBytes } = printWasmUnit(toolkit, module, [])
    expect(sizeBytes).toBe(emitWasmUnit(toolkit, module).bytes.length)
    expect(unoptimizedSizeBytes).toBe(emitWasmUnit(toolkit, module, { optimize: 0 }).bytes.length)
  })

  it('tells calls of the library from the rare cases of what the module does itself', () => {
    const at = local(input)
    const calls = moduleOf([
      { kind: 'do', call: library('string_initcap', [at, at]) },
      store('i32', at, library('string_compare', [at, at])),
      store('i64', at, library('timestamp_add', [load('i64', at), at])),
      store('f64', at, binary('rem', load('f64', at), load('f64', at))),
    ])
    const { imports } = printWasmUnit(toolkit, calls, [])
    expect(imports).toEqual([
      { name: 'remainder', called: 'always' },
      { name: 'string_initcap', called: 'always' },
      { name: 'timestamp_add', called: 'cases' },
    ])
  })
})
