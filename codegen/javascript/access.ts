import type { MemoryType } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import type { Expression } from '../kernel/ir.ts'
import { memorySizeBytes } from '../kernel/operators.ts'
import type { Access, FunctionScope } from './function-scope.ts'
import { element, infix, literal, wrap32 } from './nodes.ts'
import type { Js, ViewName } from './nodes.ts'
import { scratchBase, shifted } from './unit-scope.ts'

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
  const shift = viewShift(target.view)
  const { part = 0 } = target
  const from = { base: access.base, offset: access.offset + (part << shift), shift }
  const index = scaled(access, shift)
  const at =
    typeof index === 'number'
      ? plus(baseIndex(scope, from), index)
      : wrap32(infix('+', hoistedBase(scope, from), index))
  return element(scope.unit.view(target.view), at)
}

/** The index in elements of `1 << shift` bytes; a number when it is constant. */
function scaled(access: Access, shift: number): Js | number {
  const { index } = access
  if (!index) return 0
  const extra = shiftOf(access.sizeBytes) - shift
  if (index.type === 'Literal' && typeof index.value === 'number') return index.value * 2 ** extra
  return extra === 0 ? index : infix('<<', index, literal(extra))
}

interface ShiftedBase {
  readonly base: Expression
  readonly offset: number
  readonly shift: number
}

/** `(base + offset) >> shift`, as one name where possible. */
function hoistedBase(scope: FunctionScope, { base, offset, shift }: ShiftedBase): Js {
  switch (base.kind) {
    case 'local':
      return scope.shiftedVariable(base.variable, offset, shift)
    case 'constant':
      return scope.unit.fixedAddress(base, offset, shift)
    case 'scratch':
      return scope.unit.fixedAddress(scratchBase, base.offset + offset, shift)
    default:
      return shifted(scope.emit(base), offset, shift)
  }
}

/** The same where no index follows: accesses to fields of one row share `row >> shift` and add the field. */
function baseIndex(scope: FunctionScope, from: ShiftedBase): Js {
  const { base, offset, shift } = from
  const size = 1 << shift
  if (base.kind !== 'local' || offset % size !== 0) return hoistedBase(scope, from)
  return plus(scope.shiftedVariable(base.variable, 0, shift), offset / size)
}

function plus(base: Js, count: number): Js {
  return count === 0 ? base : wrap32(infix('+', base, literal(count)))
}

/** The logarithm of the size of the view's elements. */
function viewShift(view: ViewName): number {
  switch (view) {
    case 'i8':
    case 'u8':
      return 0
    case 'i16':
    case 'u16':
      return 1
    case 'i32':
    case 'u32':
    case 'f32':
      return 2
    case 'f64':
    case 'i64':
      return 3
    default:
      return unreachable(view)
  }
}

/** The logarithm of a power of two. */
function shiftOf(sizeBytes: number): number {
  return 31 - Math.clz32(sizeBytes)
}
