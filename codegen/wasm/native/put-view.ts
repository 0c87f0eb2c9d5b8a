import { viewInlineBytesMax, viewOffsets } from '../../../runtime/abi/view.ts'
import type { Code } from '../module.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { NativeBuilder, type Read } from './native-builder.ts'

/** (cell, from, to): the words behind a text can be read. */
export const putView: NativeIdiom = {
  define(unit, { internal }) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [cell, from] = b.two()
    emitView(b, { cell: cell(), offset: 0, from, to: b.parameter(2) })
    b.define(internal, 'none', null)
  },
}

interface ViewParts {
  readonly cell: Code
  /** added to the cell's address */
  readonly offset: number
  readonly from: Read
  readonly to: Read
}

/** Writes the view of the bytes from .. to. */
export function emitView(b: NativeBuilder, { cell: address, offset, from, to }: ViewParts): void {
  const { code } = b
  const { i32, i64 } = code
  const cell = b.let('i32', address)
  const length = b.let('i32', i32.sub(to(), from()))
  b.push(i32.store(offset + viewOffsets.length, 4, cell(), length()))
  const putLong = (): void => {
    b.push(i32.store(offset + viewOffsets.prefix, 4, cell(), i32.load(0, 1, from())))
    b.push(i64.store(offset + viewOffsets.address, 8, cell(), i64.extend_u(from())))
  }
  const putShort = (): void => {
    // bytes 0..3, then 4..11: the first `length` of them
    const bits = b.let('i32', i32.shl(length(), i32.const(3)))
    const some = i32.sub(i32.shl(i32.const(1), bits()), i32.const(1))
    const prefixMask = code.select(i32.ge_s(length(), i32.const(4)), i32.const(-1), some)
    b.push(i32.store(offset + viewOffsets.prefix, 4, cell(), i32.and(i32.load(0, 1, from()), prefixMask)))
    const rest = b.let('i64', i64.extend_s(i32.sub(bits(), i32.const(32))))
    const low = i64.sub(i64.shl(i64.const(1n), rest()), i64.const(1n))
    const isNone = i64.le_s(rest(), i64.const(0n))
    const tailMask: Code = code.select(
      isNone,
      i64.const(0n),
      code.select(i64.ge_s(rest(), i64.const(64n)), i64.const(-1n), low),
    )
    b.push(i64.store(offset + viewOffsets.address, 8, cell(), i64.and(i64.load(4, 1, from()), tailMask)))
  }
  b.if(i32.gt_s(length(), i32.const(viewInlineBytesMax)), putLong, putShort)
}
