import { InternalError } from '../../sql/base/diagnostic.ts'
import { typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import { openAccess } from './access.ts'
import type { FunctionScope, Temporary } from './function-scope.ts'
import { HeldVectors } from './held-vectors.ts'
import type { Code } from './module.ts'
import { isNoErrorSoFar } from './vector-plan.ts'
import type { VectorPlan } from './vector-plan.ts'

/** Values of two rows: i64 and f64 in lanes, truth values as lanes of ones or zeros. */
type Lanes = Map<number, Temporary>

/** Rows at a time. */
const width = 2

/**
 * The loop for pairs of rows. It leaves off, with the row variable at the first row not done, when fewer than two rows are left or when one
 * of the next two fails; the scalar loop goes on from there.
 */
export function emitVectorLoop(scope: FunctionScope, plan: VectorPlan, end: Temporary): Code {
  const { code } = scope
  const { i32, v128 } = code
  const { row, written } = plan
  const leave = scope.label('scalar')
  const again = scope.label('pairs')
  const lanes: Lanes = new Map()
  const constants = new HeldVectors(scope, end)
  const failed = scope.temporary('v128')
  const body: Code[] = []
  if (plan.error) body.push(failed.set(v128.const(new Uint8Array(16))))
  const stores: { readonly access: ReturnType<typeof openAccess>; readonly value: Code }[] = []
  for (const step of plan.steps) {
    switch (step.kind) {
      case 'let': {
        const held = scope.temporary('v128')
        body.push(held.set(emitLanes(scope, { plan, lanes, constants }, step.value)))
        lanes.set(step.variable.id, held)
        break
      }
      case 'fails':
        body.push(failed.set(v128.or(failed.get(), emitLanes(scope, { plan, lanes, constants }, step.condition))))
        break
      case 'leave_on_failure':
        body.push(code.br_if(leave, v128.any_true(failed.get())))
        break
      case 'store': {
        const place = {
          memory: 'i64',
          address: step.address,
          offset: step.offset,
          index: { kind: 'local', variable: written },
        } as const
        stores.push({
          access: openAccess(scope, place),
          value: emitLanes(scope, { plan, lanes, constants }, step.value),
        })
        break
      }
    }
  }
  body.push(...emitStores(scope, { plan, lanes, constants, stores }))
  body.push(scope.assign(row, i32.add(scope.read(row), i32.const(width))))
  const hasPair = (): Code => i32.le_s(i32.add(scope.read(row), i32.const(width)), end.get())
  return code.block(leave, [
    code.br_if(leave, i32.eqz(hasPair())),
    ...constants.setup,
    code.loop(again, code.block(null, [...body, code.br_if(again, hasPair())])),
  ])
}

interface StoreParts extends LaneScope {
  readonly stores: readonly {
    readonly access: { readonly pointer: Code; readonly offset: number }
    readonly value: Code
  }[]
}

/** Both values are stored; where only the second row is chosen it comes first, and what lies behind the chosen ones is written over. */
function emitStores(scope: FunctionScope, { plan, lanes, constants, stores }: StoreParts): readonly Code[] {
  const { code } = scope
  const { i32, v128, i8x16, i64x2 } = code
  const { written, chosen } = plan
  const advance = (count: Code): Code => scope.assign(written, i32.add(scope.read(written), count))
  if (chosen === null)
    return [
      ...stores.map(({ access, value }) => v128.store(access.offset, 8, access.pointer, value)),
      advance(i32.const(width)),
    ]
  const mask = scope.temporary('v128')
  const first = scope.temporary('v128')
  const codes = [
    mask.set(emitLanes(scope, { plan, lanes, constants }, chosen)),
    first.set(i8x16.shuffle(mask.get(), mask.get(), firstLane)),
  ]
  for (const { access, value } of stores) {
    const held = scope.temporary('v128')
    codes.push(held.set(value))
    const moved = v128.bitselect(held.get(), i8x16.shuffle(held.get(), held.get(), secondLane), first.get())
    codes.push(v128.store(access.offset, 8, access.pointer, moved))
  }
  return [...codes, advance(i32.popcnt(i64x2.bitmask(mask.get())))]
}

const firstLane = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]
const secondLane = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

interface LaneScope {
  readonly plan: VectorPlan
  readonly lanes: Lanes
  readonly constants: HeldVectors
}

function emitLanes(scope: FunctionScope, within: LaneScope, expression: Expression): Code {
  const { code } = scope
  const lanesOf = (part: Expression): Code => emitLanes(scope, within, part)
  switch (expression.kind) {
    case 'const':
      return within.constants.read(bytesOf(expression))
    case 'local': {
      const { variable } = expression
      const held = within.lanes.get(variable.id)
      if (held) return held.get()
      return variable.type === 'f64'
        ? code.f64x2.splat(scope.read(variable))
        : code.i64x2.splat(wholeLane(scope, expression))
    }
    case 'load': {
      const { pointer, offset } = openAccess(scope, expression)
      return code.v128.load(offset, 8, pointer)
    }
    case 'unary':
      return emitUnaryLanes(scope, expression.operator, lanesOf(expression.operand))
    case 'binary':
      if (isNoErrorSoFar(expression, within.plan.error)) return code.v128.const(new Uint8Array(16).fill(255))
      return emitBinaryLanes(scope, within, expression)
    case 'select':
      return code.v128.bitselect(lanesOf(expression.yes), lanesOf(expression.no), lanesOf(expression.condition))
    default:
      throw new InternalError(`${expression.kind} in a vector`)
  }
}

/** The constant in both lanes. */
function bytesOf({ type, value }: Expression & { readonly kind: 'const' }): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16))
  for (const at of [0, 8]) {
    if (type === 'f64') bytes.setFloat64(at, Number(value), true)
    else bytes.setBigInt64(at, BigInt(value), true)
  }
  return new Uint8Array(bytes.buffer)
}

/** A scalar from outside of the loop: an i64, or a truth value as ones or zeros. */
function wholeLane(scope: FunctionScope, { variable }: Expression & { readonly kind: 'local' }): Code {
  const { i64 } = scope.code
  const value = scope.read(variable)
  return variable.type === 'i64' ? value : i64.sub(i64.const(0n), i64.extend_u(value))
}

function emitUnaryLanes({ code }: FunctionScope, operator: string, operand: Code): Code {
  switch (operator) {
    case 'not':
      return code.v128.not(operand)
    case 'i32_from_i1':
      return operand
    case 'neg':
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'nearest':
      return code.f64x2[operator](operand)
    default:
      throw new InternalError(`${operator} in a vector`)
  }
}

function emitBinaryLanes(
  scope: FunctionScope,
  within: LaneScope,
  { operator, left, right }: Expression & { readonly kind: 'binary' },
): Code {
  const { code } = scope
  const { v128, i64x2, f64x2 } = code
  const isFloat = typeOf(left) === 'f64'
  const a = (): Code => emitLanes(scope, within, left)
  const b = (): Code => emitLanes(scope, within, right)
  switch (operator) {
    case 'add':
    case 'sub':
      return isFloat ? f64x2[operator](a(), b()) : i64x2[operator](a(), b())
    case 'mul':
      return isFloat
        ? f64x2.mul(a(), b())
        : emitProduct(scope, { a: a(), b, factor: right.kind === 'const' ? BigInt(right.value) : null })
    case 'div':
      return f64x2.div(a(), b())
    case 'and':
    case 'or':
    case 'xor':
      return v128[operator](a(), b())
    case 'eq':
    case 'ne':
      return typeOf(left) === 'f64' ? f64x2[operator](a(), b()) : i64x2[operator](a(), b())
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return f64x2[operator](a(), b())
    case 'lt_s':
    case 'le_s':
    case 'gt_s':
    case 'ge_s':
      return i64x2[operator](a(), b())
    case 'add_overflows':
    case 'sub_overflows':
      return emitOverflow(scope, operator, [a(), b()])
    default:
      throw new InternalError(`${operator} in a vector`)
  }
}

/** There is no instruction for the product of 64-bit lanes: a factor of two bits is two shifts. */
function emitProduct(
  scope: FunctionScope,
  { a, b, factor }: { readonly a: Code; readonly b: () => Code; readonly factor: bigint | null },
): Code {
  const { i64x2, i32 } = scope.code
  const shifts = factor === null || factor <= 0n ? [] : bitsOf(factor)
  if (shifts.length !== 2) return i64x2.mul(a, b())
  const held = scope.temporary('v128')
  const [low = 0, high = 0] = shifts
  const first = i64x2.shl(held.tee(a), i32.const(low))
  return i64x2.add(first, i64x2.shl(held.get(), i32.const(high)))
}

function bitsOf(value: bigint): readonly number[] {
  return Array.from({ length: 63 }, (_, bit) => bit).filter((bit) => (value >> BigInt(bit)) & 1n)
}

function emitOverflow(
  scope: FunctionScope,
  operator: 'add_overflows' | 'sub_overflows',
  [left, right]: readonly [Code, Code],
): Code {
  const { code, types } = scope
  const { v128, i64x2 } = code
  const a = scope.temporary('v128')
  const b = scope.temporary('v128')
  const result = scope.temporary('v128')
  const other = operator === 'add_overflows' ? v128.xor(b.get(), result.get()) : v128.xor(a.get(), b.get())
  return code.block(
    null,
    [
      a.set(left),
      b.set(right),
      result.set(operator === 'add_overflows' ? i64x2.add(a.get(), b.get()) : i64x2.sub(a.get(), b.get())),
      i64x2.lt_s(v128.and(v128.xor(a.get(), result.get()), other), v128.const(new Uint8Array(16))),
    ],
    types.v128,
  )
}
