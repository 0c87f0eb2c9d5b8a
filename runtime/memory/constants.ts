import type { Constant } from '../abi/artifact.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { patternCell, patternGuard, simpleLike } from '../abi/pattern/guard.ts'
import { viewInlineBytesMax, viewListOffset, viewOffsets, viewSizeBytes } from '../abi/view.ts'
import { unreachable } from '../../sql/base/assert.ts'
import type { Arena } from './arena.ts'
import { writeInt128 } from './int128.ts'

type Pattern = Constant & { readonly kind: 'pattern' }

export interface ConstantTarget {
  readonly views: MemoryViews
  readonly arena: Arena
  /** Gives the number that the pattern's cell holds. */
  registerPattern(pattern: Pattern): number
}

/** Puts an artifact's constants into memory; the addresses by constant number. Every constant is 16-aligned. */
export function loadConstants(constants: readonly Constant[], target: ConstantTarget): readonly number[] {
  return constants.map((constant) => loadConstant(constant, target))
}

function loadConstant(constant: Constant, target: ConstantTarget): number {
  const { views, arena } = target
  switch (constant.kind) {
    case 'bytes': {
      const address = arena.allocate(Math.max(1, constant.bytes.length), 16)
      views.u8.set(constant.bytes, address)
      return address
    }
    case 'view':
      return loadView(constant.bytes, views, arena)
    case 'view_list':
      return loadViewList(constant.items, views, arena)
    case 'i64': {
      const address = arena.allocate(8, 16)
      views.i64[address >>> 3] = constant.value
      return address
    }
    case 'i128': {
      const address = arena.allocate(16, 16)
      writeInt128(views, address, constant.value)
      return address
    }
    case 'pattern': {
      const text = simpleLike(constant)?.text ?? new Uint8Array()
      const address = arena.allocate(patternCell.sizeBytes + text.length, 16)
      const { lengthMin, word, mask } = patternGuard(constant)
      views.i32[(address + patternCell.number) >>> 2] = target.registerPattern(constant)
      views.i32[(address + patternCell.lengthMin) >>> 2] = lengthMin
      views.i32[(address + patternCell.word) >>> 2] = word
      views.i32[(address + patternCell.mask) >>> 2] = mask
      writeView(views, { cell: address + patternCell.text, at: address + patternCell.sizeBytes, bytes: text })
      return address
    }
    default:
      return unreachable(constant)
  }
}

function loadView(bytes: Uint8Array, views: MemoryViews, arena: Arena): number {
  const address = arena.allocate(viewSizeBytes + bytes.length, 16)
  writeView(views, { cell: address, at: address + viewSizeBytes, bytes })
  return address
}

function loadViewList(items: readonly Uint8Array[], views: MemoryViews, arena: Arena): number {
  const bytesOffset = viewListOffset + items.length * viewSizeBytes
  const address = arena.allocate(bytesOffset + items.reduce((sum, { length }) => sum + length, 0), 16)
  views.i32[address >>> 2] = items.length
  let at = address + bytesOffset
  for (const [index, bytes] of items.entries()) {
    writeView(views, { cell: address + viewListOffset + index * viewSizeBytes, at, bytes })
    at += bytes.length
  }
  return address
}

/** The view of `bytes` into `cell`; long ones are put to `at`. */
function writeView(
  { u8, i32 }: MemoryViews,
  { cell, at, bytes }: { readonly cell: number; readonly at: number; readonly bytes: Uint8Array },
): void {
  u8.fill(0, cell, cell + viewSizeBytes)
  i32[(cell + viewOffsets.length) >>> 2] = bytes.length
  if (bytes.length <= viewInlineBytesMax) {
    u8.set(bytes, cell + viewOffsets.prefix)
  } else {
    u8.set(bytes.subarray(0, 4), cell + viewOffsets.prefix)
    i32[(cell + viewOffsets.address) >>> 2] = at
    u8.set(bytes, at)
  }
}
