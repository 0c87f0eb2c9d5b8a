import { learnt, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import type { Code } from '../module.ts'
import { alignDigits, digitCount, digitStops, eightDigits, loadDigits } from './digits.ts'
import type { UnitScope } from '../unit-scope.ts'
import type { Cell, NativeBuilder, Read } from './native-builder.ts'
import { scanFor, stringStops } from './scan.ts'

/** A function that walks along a record, while it is written; it returns 0 for a miss. */
export interface Walk {
  readonly b: NativeBuilder
  readonly unit: UnitScope
  readonly at: Read
  readonly cell: Read
  setAt(value: Code): void
  /** address of what is learnt */
  readonly table: Read
  /** the next backslash of the input */
  readonly stop: Cell
}

export const miss = (b: NativeBuilder): void => b.return(b.code.i32.const(0))

/** Finds the end of the value at `at` by its first byte, steps over it and fills the token cell. */
export function passValue(walk: Walk): void {
  const { b, at } = walk
  const { i32 } = b.code
  const first = b.let('i32', i32.load8_u(0, 1, at()))
  b.if(
    i32.eq(first(), i32.const(34)),
    () => passString(walk),
    () =>
      b.if(
        i32.lt_u(i32.sub(first(), i32.const(48)), i32.const(10)),
        () => passDigits(walk, first),
        () => passOther(walk, first),
      ),
  )
}

function putToken(
  { b, cell }: Walk,
  { kind, from, to }: { readonly kind: Code; readonly from: Code; readonly to: Code },
): void {
  const { i32 } = b.code
  b.push(i32.store(token.kind, 4, cell(), kind))
  b.push(i32.store(token.from, 4, cell(), from))
  b.push(i32.store(token.to, 4, cell(), to))
}

function passString(walk: Walk): void {
  const { b, unit, at, table, stop } = walk
  const { code } = b
  const { i32 } = code
  const from = b.let('i32', i32.add(at(), i32.const(1)))
  const end = b.cell('i32')
  end.set(scanFor(b, from(), (bytes) => stringStops(b, bytes))())
  b.if(i32.ne(i32.load8_u(0, 1, end.get()), i32.const(34)), () => miss(b))
  const kind = b.cell('i32')
  kind.set(i32.const(tokenKind.text))
  // the next backslash of the input is in this string: its first quote may be an escaped one
  b.if(i32.gt_s(end.get(), stop.get()), () => {
    end.set(code.call(unit.importLibrary('json_string'), [table(), from()], unit.types.i32))
    stop.set(i32.load(learnt.firstStop, 4, table()))
    b.if(i32.eqz(end.get()), () => miss(b))
    kind.set(i32.const(tokenKind.rawText))
  })
  putToken(walk, { kind: kind.get(), from: from(), to: end.get() })
  walk.setAt(i32.add(end.get(), i32.const(1)))
}

function passDigits(walk: Walk, first: Read): void {
  const { b, at } = walk
  const { code } = b
  const { i32 } = code
  const digits = b.let('i64', loadDigits(b, at()))
  const count = b.let('i32', digitCount(code, digitStops(code, digits)))
  const end = b.let('i32', i32.add(at(), count()))
  const next = b.let('i32', i32.load8_u(0, 1, end()))
  const isExponent = i32.eq(i32.or(next(), i32.const(32)), i32.const(101))
  const isMore = i32.or(
    i32.lt_u(i32.sub(next(), i32.const(48)), i32.const(10)),
    i32.or(i32.eq(next(), i32.const(46)), isExponent),
  )
  b.if(
    isMore,
    () => passBySkipping(walk, i32.const(tokenKind.number)),
    () => {
      b.if(i32.and(i32.eq(first(), i32.const(48)), i32.gt_s(count(), i32.const(1))), () => miss(b))
      putToken(walk, { kind: i32.const(tokenKind.small), from: at(), to: end() })
      b.push(i32.store(token.value, 4, walk.cell(), i32.wrap(eightDigits(code, alignDigits(code, digits, count)))))
      walk.setAt(end())
    },
  )
}

/** Words by their first four bytes, negative numbers and nested values by the library. */
function passOther(walk: Walk, first: Read): void {
  const { b, at } = walk
  const { code } = b
  const { i32 } = code
  const word = b.let('i32', i32.load(0, 1, at()))
  const put = (kind: number, sizeBytes: number): void => {
    putToken(walk, { kind: i32.const(kind), from: at(), to: i32.add(at(), i32.const(sizeBytes)) })
    walk.setAt(i32.add(at(), i32.const(sizeBytes)))
  }
  const isFalse = i32.and(i32.eq(word(), i32.const(0x736c_6166)), i32.eq(i32.load8_u(4, 1, at()), i32.const(101)))
  const skip = (): void => {
    const nested = code.select(i32.eq(first(), i32.const(45)), i32.const(tokenKind.number), i32.const(tokenKind.nested))
    const isWord = code.select(i32.eq(first(), i32.const(110)), i32.const(tokenKind.null), nested)
    const kind = code.select(i32.eq(first(), i32.const(102)), i32.const(tokenKind.false), isWord)
    passBySkipping(walk, code.select(i32.eq(first(), i32.const(116)), i32.const(tokenKind.true), kind))
  }
  b.if(
    i32.eq(word(), i32.const(0x6c6c_756e)),
    () => put(tokenKind.null, 4),
    () =>
      b.if(
        i32.eq(word(), i32.const(0x6575_7274)),
        () => put(tokenKind.true, 4),
        () => b.if(isFalse, () => put(tokenKind.false, 5), skip),
      ),
  )
}

function passBySkipping(walk: Walk, kind: Code): void {
  const { b, unit, at } = walk
  const { code } = b
  const held = b.let('i32', kind)
  const end = b.let('i32', code.call(unit.importLibrary('json_skip'), [at()], unit.types.i32))
  b.if(code.i32.eqz(end()), () => miss(b))
  putToken(walk, { kind: held(), from: at(), to: end() })
  walk.setAt(end())
}
