import type { MemoryType } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import type { Expression } from '../kernel/ir.ts'
import { memorySizeBytes } from '../kernel/operators.ts'
import type { FunctionScope } from './function-scope.ts'
import type { Code } from './module.ts'

/** A place in memory: the operand of a load or store and the offset that stands in the instruction. */
export interface Access {
  readonly pointer: Code
  readonly offset: number
}

interface AccessNode {
  readonly memory: MemoryType
  readonly address: Expression
  readonly offset: number
  readonly index: Expression | null
}

/**
 * Constant parts of the address go into the instruction's offset, which the machine adds for nothing. The offset is unsigned and the sum does not
 * wrap, so the rest must itself be an address: it is a block, a row, a constant or scratch, plus what lies in them; never less than zero.
 */
export function openAccess(scope: FunctionScope, { memory, address, offset, index }: AccessNode): Access {
  const sum = flatten(address, offset)
  const base = sum.base === null ? null : scope.emit(sum.base)
  const scaled = index === null ? null : scale(scope, index, memorySizeBytes[memory])
  const { code } = scope
  const parts = [base, scaled].filter((part) => part !== null)
  const isOffset = sum.offset >= 0 && (base !== null || (index !== null && isNeverNegative(index)))
  const fixed = isOffset ? [] : [code.i32.const(sum.offset)]
  const pointer = [...parts, ...fixed].reduce((left, right) => code.i32.add(left, right))
  return { pointer, offset: isOffset ? sum.offset : 0 }
}

function isNeverNegative(expression: Expression): boolean {
  if (expression.kind !== 'binary' || expression.operator !== 'shr_u') return false
  const { right } = expression
  return right.kind === 'const' && Number(right.value) > 0 && Number(right.value) < 32
}

interface Sum {
  /** null: the address is constant */
  readonly base: Expression | null
  readonly offset: number
}

function flatten(address: Expression, offset: number): Sum {
  if (address.kind === 'const' && typeof address.value === 'number')
    return { base: null, offset: (address.value + offset) | 0 }
  if (address.kind === 'scratch' && address.offset !== 0) {
    return { base: { kind: 'scratch', offset: 0 }, offset: offset + address.offset }
  }
  if (address.kind !== 'binary' || address.operator !== 'add') return { base: address, offset }
  const left = flatten(address.left, 0)
  const right = flatten(address.right, 0)
  const total = left.offset + right.offset + offset
  if (left.base === null || right.base === null) return { base: left.base ?? right.base, offset: total }
  if (left.base === address.left && right.base === address.right) return { base: address, offset }
  return { base: { ...address, left: left.base, right: right.base }, offset: total }
}

function scale(scope: FunctionScope, index: Expression, sizeBytes: number): Code {
  const { i32 } = scope.code
  const value = scope.emit(index)
  return sizeBytes === 1 ? value : i32.shl(value, i32.const(Math.log2(sizeBytes)))
}

/** A load of anything but an i128. */
export function loadFrom(scope: FunctionScope, memory: Exclude<MemoryType, 'i128'>, { pointer, offset }: Access): Code {
  const { i32, i64, f32, f64 } = scope.code
  switch (memory) {
    case 'bool':
      return i32.ne(i32.load8_u(offset, 1, pointer), i32.const(0))
    case 'i8':
      return i32.load8_s(offset, 1, pointer)
    case 'u8':
      return i32.load8_u(offset, 1, pointer)
    case 'i16':
      return i32.load16_s(offset, 2, pointer)
    case 'u16':
      return i32.load16_u(offset, 2, pointer)
    case 'i32':
      return i32.load(offset, 4, pointer)
    case 'u32':
      return i64.load32_u(offset, 4, pointer)
    case 'i64':
      return i64.load(offset, 8, pointer)
    case 'f32':
      return f64.promote(f32.load(offset, 4, pointer))
    case 'f64':
      return f64.load(offset, 8, pointer)
    default:
      return unreachable(memory)
  }
}

/** A store of anything but an i128. */
export function storeTo(
  scope: FunctionScope,
  memory: Exclude<MemoryType, 'i128'>,
  { pointer, offset, value }: Access & { readonly value: Code },
): Code {
  const { i32, i64, f32, f64 } = scope.code
  switch (memory) {
    case 'bool':
    case 'i8':
    case 'u8':
      return i32.store8(offset, 1, pointer, value)
    case 'i16':
    case 'u16':
      return i32.store16(offset, 2, pointer, value)
    case 'i32':
      return i32.store(offset, 4, pointer, value)
    case 'u32':
      return i64.store32(offset, 4, pointer, value)
    case 'i64':
      return i64.store(offset, 8, pointer, value)
    case 'f32':
      return f32.store(offset, 4, pointer, f32.demote(value))
    case 'f64':
      return f64.store(offset, 8, pointer, value)
    default:
      return unreachable(memory)
  }
}
