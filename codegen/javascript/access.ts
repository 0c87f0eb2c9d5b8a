import type { MemoryType } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import type { Expression } from '../kernel/ir.ts'
import { memorySizeBytes } from '../kernel/operators.ts'
import type { Access, FunctionScope } from './function-scope.ts'
import { element, infix, literal, wrap32 } from './nodes.ts'
import type { Js, ViewName } from './nodes.ts'
import { shifted } from './unit-scope.ts'

interface AccessNode {
  readonly memory: MemoryType
  readonly address: Expression
  readonly offset: number
  readonly index: Expression | null
}

/** Evaluates address and index of a load or store into things that may be repeated. */
export function openAccess(scope: FunctionScope, node: AccessNode): Access {
  const { base, offset } = flatten(node.address, node.offset)
  const address = isNamed(base) ? base : namedBase(scope, base)
  const index = node.index ? scope.stable('i', scope.emit(node.index)) : null
  return { base: address, offset, index, sizeBytes: memorySizeBytes[node.memory] }
}

/** Moves constant parts of the address into the offset. */
function flatten(address: Expression, offset: number): { readonly base: Expression; readonly offset: number } {
  if (address.kind !== 'binary' || address.operator !== 'add') return { base: address, offset }
  const { left, right } = address
  if (right.kind === 'const' && typeof right.value === 'number') return flatten(left, offset + right.value)
  if (left.kind === 'const' && typeof left.value === 'number') return flatten(right, offset + left.value)
  return { base: address, offset }
}

function isNamed(base: Expression): boolean {
  return base.kind === 'local' || base.kind === 'constant' || base.kind === 'scratch'
}

/** An address that is computed in place gets a variable of its own, so that the shifts of its accesses are shared. */
function namedBase(scope: FunctionScope, base: Expression): Expression {
  const value = scope.emit(base)
  const name = value.type === 'Identifier' ? value : scope.bind('at', value)
  const variable = { id: scope.unit.nextAnonymous(), role: 'at', type: 'i32', mutable: false } as const
  scope.declare(variable, { kind: 'plain', name, later: scope.later() })
  return { kind: 'local', variable }
}

/** Reference to the access's element (or, with `part`, the part-th element of a smaller view within it). */
export function reference(
  scope: FunctionScope,
  access: Access,
  target: { readonly view: ViewName; readonly part?: number },
): Js {
  const sizeBytes = viewSizeBytes(target.view)
  const shift = Math.log2(sizeBytes)
  const offset = access.offset + (target.part ?? 0) * sizeBytes
  return element(scope.unit.view(target.view), elementIndex(scope, { ...access, offset }, shift))
}

function elementIndex(scope: FunctionScope, access: Access, shift: number): Js {
  const index = scaled(access, shift)
  if (typeof index === 'number') return plus(baseIndex(scope, access, shift), index)
  return wrap32(infix('+', hoistedBase(scope, access, shift), index))
}

/** The index in elements of `1 << shift` bytes; a number when it is constant. */
function scaled(access: Access, shift: number): Js | number {
  const { index } = access
  if (!index) return 0
  const extra = Math.log2(access.sizeBytes) - shift
  if (index.type === 'Literal' && typeof index.value === 'number') return index.value * 2 ** extra
  return extra === 0 ? index : infix('<<', index, literal(extra))
}

/** `(base + offset) >> shift`, as one name where possible. */
function hoistedBase(scope: FunctionScope, access: Access, shift: number): Js {
  const { base, offset } = access
  if (base.kind === 'local') return scope.shiftedVariable(base.variable, offset, shift)
  return fixedBase(scope, base, { offset, shift })
}

/** The same where no index follows: accesses to fields of one row share `row >> shift` and add the field. */
function baseIndex(scope: FunctionScope, access: Access, shift: number): Js {
  const { base, offset } = access
  const size = 2 ** shift
  if (base.kind !== 'local' || offset % size !== 0) return hoistedBase(scope, access, shift)
  return plus(scope.shiftedVariable(base.variable, 0, shift), offset / size)
}

function fixedBase(
  scope: FunctionScope,
  base: Expression,
  target: { readonly offset: number; readonly shift: number },
): Js {
  if (base.kind === 'constant')
    return scope.unit.fixedAddress({ kind: 'constant', index: base.index }, target.offset, target.shift)
  if (base.kind === 'scratch')
    return scope.unit.fixedAddress({ kind: 'scratch' }, base.offset + target.offset, target.shift)
  return shifted(scope.emit(base), target.offset, target.shift)
}

function plus(base: Js, count: number): Js {
  return count === 0 ? base : wrap32(infix('+', base, literal(count)))
}

function viewSizeBytes(view: ViewName): number {
  switch (view) {
    case 'i8':
    case 'u8':
      return 1
    case 'i16':
    case 'u16':
      return 2
    case 'i32':
    case 'u32':
    case 'f32':
      return 4
    case 'f64':
    case 'i64':
      return 8
    default:
      return unreachable(view)
  }
}
