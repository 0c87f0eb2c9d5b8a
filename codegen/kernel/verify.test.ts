import { describe, expect, it } from 'vitest'
import { InternalError } from '../../sql/base/diagnostic.ts'
import {
  addWide,
  binary,
  breakLoop,
  call,
  constF64,
  constI1,
  constI128,
  constI32,
  constI64,
  constant,
  continueLoop,
  copy,
  doCall,
  forRange,
  ifThen,
  letVariable,
  library,
  load,
  local,
  mark,
  returnValue,
  scratch,
  select,
  setVariable,
  store,
  unary,
  whileLoop,
} from './build.ts'
import type { Expression, FunctionIr, ModuleIr, Statement, ValueType, Variable } from './ir.ts'
import { printModule } from './print.ts'
import { verifyModule } from './verify.ts'

const input: Variable = { id: 0, role: 'in', type: 'i32', mutable: false }
const fixed: Variable = { id: 1, role: 'v', type: 'i32', mutable: false }
const wide: Variable = { id: 2, role: 'v', type: 'i64', mutable: true }
const row: Variable = { id: 3, role: 'row', type: 'i32', mutable: false }

function moduleOf(
  body: readonly Statement[],
  options: { readonly result?: ValueType; readonly functions?: readonly FunctionIr[] } = {},
): ModuleIr {
  const run: FunctionIr = { name: 'run', parameters: [input], result: options.result ?? null, body }
  return {
    name: 'unit_0',
    functions: [run, ...(options.functions ?? [])],
    exports: ['run'],
    constantCount: 1,
    scratchSizeBytes: 16,
  }
}

const part: FunctionIr = {
  name: 'part_0',
  parameters: [{ ...wide, mutable: false }],
  result: 'i64',
  body: [returnValue(constI64(1))],
}
const i32 = constI32(1)
const useFixed: Expression = local(fixed)

describe('verifyModule', () => {
  it('accepts a module that uses everything', () => {
    const body: Statement[] = [
      mark(1, 'filter', 0),
      letVariable(fixed, load('i32', constant(0))),
      letVariable(wide, constI64(5)),
      setVariable(wide, call(part, [local(wide)])),
      forRange({
        label: 1,
        variable: row,
        from: i32,
        to: useFixed,
        body: [ifThen(constI1(true), [continueLoop(1)], [breakLoop(1)])],
      }),
      whileLoop(2, binary('lt', constF64(1), constF64(2)), [breakLoop(2)]),
      store('i128', local(input), library('decimal_neg', [constI128(1)])),
      addWide(scratch(0), local(wide)),
      copy({ address: local(input) }, { address: local(input), offset: 16 }, 16),
      doCall(library('row_error', [i32, i32])),
    ]
    expect(() => verifyModule(moduleOf(body, { functions: [part] }))).not.toThrow()
  })

  const broken: readonly (readonly [string, ModuleIr, RegExp])[] = [
    [
      'an operand of another type',
      moduleOf([letVariable(fixed, { kind: 'binary', operator: 'add', left: i32, right: constI64(1) })]),
      /add of i32 and i64/,
    ],
    [
      'an operator that a type does not have',
      moduleOf([letVariable(fixed, { kind: 'binary', operator: 'div', left: i32, right: i32 })]),
      /div of i32/,
    ],
    [
      'a unary operator on another type',
      moduleOf([letVariable(fixed, { kind: 'unary', operator: 'eqz', operand: constF64(1) })]),
      /eqz of f64/,
    ],
    ['a let of another type', moduleOf([letVariable(fixed, constI64(1))]), /let 1 wants i32 and gets i64/],
    [
      'a variable before its declaration',
      moduleOf([letVariable(wide, unary('i64_from_i32_s', useFixed)), letVariable(fixed, i32)]),
      /not declared here/,
    ],
    [
      'a variable outside its block',
      moduleOf([
        ifThen(constI1(true), [letVariable(fixed, i32)]),
        letVariable(wide, unary('i64_from_i32_s', useFixed)),
      ]),
      /not declared here/,
    ],
    [
      'a loop variable after the loop',
      moduleOf([
        forRange({ label: 1, variable: row, from: i32, to: i32, body: [] }),
        doCall(library('row_error', [local(row), i32])),
      ]),
      /not declared here/,
    ],
    ['a variable declared twice', moduleOf([letVariable(fixed, i32), letVariable(fixed, i32)]), /declared twice/],
    [
      'a set of an immutable variable',
      moduleOf([letVariable(fixed, i32), setVariable(fixed, i32)]),
      /set of immutable/,
    ],
    [
      'a variable that changed its type',
      moduleOf([letVariable(fixed, i32), doCall(library('row_error', [local({ ...fixed, mutable: true }), i32]))]),
      /not what was declared/,
    ],
    ['a break outside a loop', moduleOf([breakLoop(1)]), /outside its loop/],
    ['a label used twice', moduleOf([whileLoop(1, constI1(false), [whileLoop(1, constI1(false), [])])]), /in use/],
    ['an unknown constant', moduleOf([letVariable(fixed, constant(1))]), /no constant 1/],
    ['scratch beyond its end', moduleOf([letVariable(fixed, scratch(16))]), /no scratch byte/],
    [
      'a number that is no i32',
      moduleOf([letVariable(fixed, { kind: 'const', type: 'i32', value: 2 ** 31 })]),
      /is no i32/,
    ],
    [
      'a bigint that is no i64',
      moduleOf([letVariable(wide, { kind: 'const', type: 'i64', value: 2n ** 63n })]),
      /is no i64/,
    ],
    ['a store of another type', moduleOf([store('i64', local(input), i32)]), /store i64 wants i64/],
    ['an address that is no i32', moduleOf([store('i32', constI64(1), i32)]), /address wants i32/],
    [
      'an index that is no i32',
      moduleOf([letVariable(fixed, load('i32', local(input), { index: constI64(1) }))]),
      /index wants i32/,
    ],
    [
      'a select of two types',
      moduleOf([letVariable(fixed, { kind: 'select', condition: constI1(true), yes: i32, no: constF64(1) })]),
      /select of i32 and f64/,
    ],
    ['a condition that is no truth value', moduleOf([ifThen(i32, [])]), /if wants i1/],
    ['too few arguments', moduleOf([doCall(library('row_error', [i32]))]), /1 of 2 arguments/],
    [
      'an argument of another type',
      moduleOf([doCall(library('row_error', [i32, constI64(1)]))]),
      /argument 1 wants i32/,
    ],
    [
      'an unknown library function',
      moduleOf([doCall({ kind: 'library', name: 'toString' as 'row_error', arguments: [] })]),
      /unknown callee/,
    ],
    ['an unknown function', moduleOf([doCall(call({ name: 'part_9', result: null }, []))]), /unknown callee/],
    [
      'a value from a function without result',
      moduleOf([letVariable(fixed, library('row_error', [i32, i32]))]),
      /has no value/,
    ],
    [
      'a wrong result type of a call',
      moduleOf([letVariable(fixed, call({ name: 'part_0', result: 'i32' }, [constI64(1)]))], { functions: [part] }),
      /wrong result type/,
    ],
    [
      'a path without a return',
      moduleOf([ifThen(binary('eq', local(input), i32), [returnValue(i32)])], { result: 'i32' }),
      /ends without a value/,
    ],
    ['a return of nothing', moduleOf([returnValue()], { result: 'i32' }), /return without a value/],
    ['a return from a function without result', moduleOf([returnValue(i32)]), /without result/],
    [
      'a copy of seven bytes',
      moduleOf([copy({ address: local(input) }, { address: local(input) }, 7)]),
      /multiple of 8/,
    ],
    ['an export that is not there', { ...moduleOf([]), exports: ['update'] }, /not defined/],
    ['an export with an i64 parameter', { ...moduleOf([], { functions: [part] }), exports: ['part_0'] }, /no number/],
    ['a role that is no word', moduleOf([letVariable({ ...fixed, role: 'x"' }, i32)]), /bad role/],
    [
      'a function name that is no word',
      { ...moduleOf([]), functions: [{ ...part, name: 'a*/' }] },
      /bad function name/,
    ],
    ['an operator name that is no word', moduleOf([mark(1, 'a\nb')]), /bad operator name/],
    ['recursion', moduleOf([doCall(call({ name: 'run', result: null }, [i32]))]), /calls itself/],
  ]

  it.each(broken)('rejects %s', (_what, module, problem) => {
    expect(() => verifyModule(module)).toThrow(problem)
    expect(() => verifyModule(module)).toThrow(InternalError)
  })
})

describe('printModule', () => {
  it('is stable text', () => {
    const body = [
      mark(3, 'filter'),
      letVariable(fixed, load('i32', local(input), { offset: 8, index: binary('and', local(input), constI32(7)) })),
      ifThen(
        binary('lt_s', useFixed, constI32(-1)),
        [returnValue()],
        [store('f64', scratch(8), select(constI1(true), constF64(-0), load('f64', local(input))))],
      ),
    ]
    expect(printModule(moduleOf(body))).toBe(
      [
        'unit unit_0 constants=1 scratch=16',
        'export function run(in_0: i32)',
        '  # 3 filter',
        '  let v_1 = load.i32 (in_0 + 8)[and(in_0, 7)]',
        '  if lt_s(v_1, -1)',
        '    return',
        '  else',
        '    store.f64 (scratch8) = select(true, -0:f64, load.f64 (in_0))',
        '',
      ].join('\n'),
    )
  })
})
