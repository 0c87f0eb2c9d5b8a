import type { Constant } from '../abi/artifact.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { patternCell, patternGuard } from '../abi/pattern/guard.ts'
import { viewInlineBytesMax, viewOffsets, viewSizeBytes } from '../abi/view.ts'
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
      const address = arena.allocate(patternCell.sizeBytes, 16)
      const { lengthMin, word, mask } = patternGuard(constant)
      views.i32[(address + patternCell.number) >>> 2] = target.registerPattern(constant)
      views.i32[(address + patternCell.lengthMin) >>> 2] = lengthMin
      views.i32[(address + patternCell.word) >>> 2] = word
      views.i32[(address + patternCell.mask) >>> 2] = mask
      return address
    }
    default:
      return unreachable(constant)
  }
}

function loadView(bytes: Uint8Array, views: MemoryViews, arena: Arena): number {
  const address = arena.allocate(viewSizeBytes + bytes.length, 16)
  views.u8.fill(0, address, address + viewSizeBytes)
  views.i32[(address + viewOffsets.length) >>> 2] = bytes.length
  if (bytes.length <= viewInlineBytesMax) {
    views.u8.set(bytes, address + viewOffsets.prefix)
  } else {
    views.u8.set(bytes.subarray(0, 4), address + viewOffsets.prefix)
    views.i32[(address + viewOffsets.address) >>> 2] = address + viewSizeBytes
    views.u8.set(bytes, address + viewSizeBytes)
  }
  return address
}
