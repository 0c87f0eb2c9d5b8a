import { viewInlineBytesMax, viewOffsets } from '../../../runtime/abi/view.ts'
import type { Code } from '../module.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'
import type { NativeFunction } from '../unit-scope.ts'

/** Text and bytes by their views. Nothing is read beyond the bytes of a text. */
export function lengthOf({ code: { i32 } }: NativeBuilder, view: Read): Code {
  return i32.load(viewOffsets.length, 4, view())
}

export function bytesOf({ code }: NativeBuilder, view: Read): Code {
  const { i32 } = code
  const isInline = i32.le_s(i32.load(viewOffsets.length, 4, view()), i32.const(viewInlineBytesMax))
  return code.select(isInline, i32.add(view(), i32.const(viewOffsets.prefix)), i32.load(viewOffsets.address, 4, view()))
}

/** equal_bytes(a, b, length): 16 at a time, the last 16 overlapping those before; shorter ones by 8, 4, 1. */
const equalBytes: NativeFunction = {
  name: 'equal_bytes',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [x, y] = b.two()
    const length = b.parameter(2)
    const { code } = b
    const { i32, i64, v128 } = code
    const at = (base: Read, offset: Read): Code => i32.add(base(), offset())
    const differ16 = (offset: Read): Code =>
      v128.any_true(v128.xor(v128.load(0, 1, at(x, offset)), v128.load(0, 1, at(y, offset))))
    const no = (): void => b.return(i32.const(0))
    b.if(i32.ge_s(length(), i32.const(16)), () => {
      const last = b.let('i32', i32.sub(length(), i32.const(16)))
      const offset = b.cell('i32')
      offset.set(i32.const(0))
      b.loop((leave) => {
        b.if(i32.ge_s(offset.get(), last()), leave)
        b.if(differ16(offset.get), no)
        offset.set(i32.add(offset.get(), i32.const(16)))
      })
      b.return(i32.eqz(differ16(last)))
    })
    b.if(i32.ge_s(length(), i32.const(8)), () => {
      const last = b.let('i32', i32.sub(length(), i32.const(8)))
      const first = i64.xor(i64.load(0, 1, x()), i64.load(0, 1, y()))
      b.return(i64.eqz(i64.or(first, i64.xor(i64.load(0, 1, at(x, last)), i64.load(0, 1, at(y, last))))))
    })
    b.if(i32.ge_s(length(), i32.const(4)), () => {
      const last = b.let('i32', i32.sub(length(), i32.const(4)))
      const first = i32.xor(i32.load(0, 1, x()), i32.load(0, 1, y()))
      b.return(i32.eqz(i32.or(first, i32.xor(i32.load(0, 1, at(x, last)), i32.load(0, 1, at(y, last))))))
    })
    const offset = b.cell('i32')
    offset.set(i32.const(0))
    b.loop((leave) => {
      b.if(i32.ge_s(offset.get(), length()), leave)
      b.if(i32.ne(i32.load8_u(0, 1, at(x, offset.get)), i32.load8_u(0, 1, at(y, offset.get))), no)
      offset.set(i32.add(offset.get(), i32.const(1)))
    })
    b.define(internal, 'i32', i32.const(1))
  },
}

/** compare_bytes(a, b, length): -1, 0, 1; the lowest differing byte of a word decides. */
const compareBytes: NativeFunction = {
  name: 'compare_bytes',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
    const [x, y] = b.two()
    const length = b.parameter(2)
    const { i32, i64 } = b.code
    const offset = b.cell('i32')
    offset.set(i32.const(0))
    const at = (base: Read): Code => i32.add(base(), offset.get())
    const order = (left: Read, right: Read): Code => i32.sub(i64.gt_u(left(), right()), i64.lt_u(left(), right()))
    b.loop((leave) => {
      b.if(i32.gt_s(i32.add(offset.get(), i32.const(8)), length()), leave)
      const [left, right] = [b.let('i64', i64.load(0, 1, at(x))), b.let('i64', i64.load(0, 1, at(y)))]
      b.if(i64.ne(left(), right()), () => {
        const shift = b.let('i64', i64.and(i64.ctz(i64.xor(left(), right())), i64.const(56n)))
        const byte = (word: Read): Read => b.let('i64', i64.and(i64.shr_u(word(), shift()), i64.const(255n)))
        b.return(order(byte(left), byte(right)))
      })
      offset.set(i32.add(offset.get(), i32.const(8)))
    })
    b.loop((leave) => {
      b.if(i32.ge_s(offset.get(), length()), leave)
      const [left, right] = [b.let('i64', i64.load8_u(0, 1, at(x))), b.let('i64', i64.load8_u(0, 1, at(y)))]
      b.if(i64.ne(left(), right()), () => b.return(order(left, right)))
      offset.set(i32.add(offset.get(), i32.const(1)))
    })
    b.define(internal, 'i32', i32.const(0))
  },
}

const stringEqual: NativeFunction = {
  name: 'string_equal',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [x, y] = b.two()
    const { code } = b
    const { i32, i64 } = code
    b.if(i64.ne(i64.load(0, 4, x()), i64.load(0, 4, y())), () => b.return(i32.const(0)))
    const length = b.let('i32', lengthOf(b, x))
    b.if(i32.le_s(length(), i32.const(viewInlineBytesMax)), () =>
      b.return(i64.eq(i64.load(8, 4, x()), i64.load(8, 4, y()))),
    )
    const bytes = [i32.load(viewOffsets.address, 4, x()), i32.load(viewOffsets.address, 4, y()), length()]
    b.define(internal, 'i32', code.call(unit.native('equal_bytes'), bytes, unit.types.i32))
  },
}

const stringCompare: NativeFunction = {
  name: 'string_compare',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [x, y] = b.two()
    const { code } = b
    const { i32 } = code
    const [lengthX, lengthY] = [b.let('i32', lengthOf(b, x)), b.let('i32', lengthOf(b, y))]
    const common = b.let('i32', code.select(i32.lt_s(lengthX(), lengthY()), lengthX(), lengthY()))
    const bytes = [bytesOf(b, x), bytesOf(b, y), common()]
    const order = b.let('i32', code.call(unit.native('compare_bytes'), bytes, unit.types.i32))
    b.if(i32.ne(order(), i32.const(0)), () => b.return(order()))
    b.define(internal, 'i32', i32.sub(i32.gt_s(lengthX(), lengthY()), i32.lt_s(lengthX(), lengthY())))
  },
}

/** string_starts_with and string_ends_with: (text, part) */
function edge(name: 'string_starts_with' | 'string_ends_with'): NativeFunction {
  return {
    name,
    define(unit, internal) {
      const b = new NativeBuilder(unit, ['i32', 'i32'])
      const [text, part] = b.two()
      const { code } = b
      const { i32 } = code
      const length = b.let('i32', lengthOf(b, part))
      const rest = b.let('i32', i32.sub(lengthOf(b, text), length()))
      b.if(i32.lt_s(rest(), i32.const(0)), () => b.return(i32.const(0)))
      const start = bytesOf(b, text)
      const from = name === 'string_starts_with' ? start : i32.add(start, rest())
      b.define(
        internal,
        'i32',
        code.call(unit.native('equal_bytes'), [from, bytesOf(b, part), length()], unit.types.i32),
      )
    },
  }
}

/** Murmur3 over words; the last one may overlap the one before (runtime/library/string/compare.ts). */
const stringHash: NativeFunction = {
  name: 'string_hash',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32'])
    const view = b.parameter(0)
    const { i32 } = b.code
    const hash = b.cell('i32')
    const mixIn = (word: Code): void => {
      const mixed = i32.mul(i32.rotl(i32.mul(word, i32.const(0xcc9e2d51 | 0)), i32.const(15)), i32.const(0x1b873593))
      hash.set(
        i32.add(i32.mul(i32.rotl(i32.xor(hash.get(), mixed), i32.const(13)), i32.const(5)), i32.const(0xe6546b64 | 0)),
      )
    }
    const length = b.let('i32', lengthOf(b, view))
    hash.set(length())
    mixIn(i32.load(viewOffsets.prefix, 4, view()))
    b.if(
      i32.le_s(length(), i32.const(viewInlineBytesMax)),
      () => {
        mixIn(i32.load(8, 4, view()))
        mixIn(i32.load(12, 4, view()))
      },
      () => {
        const start = b.let('i32', i32.load(viewOffsets.address, 4, view()))
        const last = b.let('i32', i32.sub(i32.add(start(), length()), i32.const(4)))
        const at = b.cell('i32')
        at.set(i32.add(start(), i32.const(4)))
        b.loop((leave) => {
          b.if(i32.gt_s(at.get(), last()), leave)
          mixIn(i32.load(0, 1, at.get()))
          at.set(i32.add(at.get(), i32.const(4)))
        })
        mixIn(i32.load(0, 1, last()))
      },
    )
    const folded = (shift: number): Code => i32.xor(hash.get(), i32.shr_u(hash.get(), i32.const(shift)))
    hash.set(i32.mul(folded(16), i32.const(0x85ebca6b | 0)))
    hash.set(i32.mul(folded(13), i32.const(0xc2b2ae35 | 0)))
    b.define(internal, 'i32', folded(16))
  },
}

export const stringFunctions: readonly NativeFunction[] = [
  equalBytes,
  compareBytes,
  stringEqual,
  stringCompare,
  edge('string_starts_with'),
  edge('string_ends_with'),
  stringHash,
]
