import type { Expression, Statement } from '../kernel/ir.ts'
import { openAccess } from './access.ts'
import type { FunctionScope } from './function-scope.ts'
import type { Code } from './module.ts'

type Load = Expression & { readonly kind: 'load' }
type LetWord = Statement & { readonly kind: 'let'; readonly value: Load }

const wordBytes = 4

/**
 * Keys are handled as words of 32 bits, because that is what JavaScript does well. Here two words that stand side by side are one
 * load of 64 bits, and two comparisons with them are one.
 */
export function isWordPair(first: Statement | undefined, second: Statement | undefined): boolean {
  return isWord(first) && isWord(second) && isNext(first.value, second.value) && isSimple(first.value)
}

/** Both lets of a pair. */
export function emitWordPair(scope: FunctionScope, first: Statement, second: Statement): Code {
  if (!isWord(first) || !isWord(second)) throw new TypeError('a pair of words')
  const { code } = scope
  const { i32, i64 } = code
  const { pointer, offset } = openAccess(scope, first.value)
  const whole = scope.temporary('i64')
  scope.declare(first.variable)
  scope.declare(second.variable)
  scope.pair(first.variable, { second: second.variable, whole })
  return code.block(null, [
    whole.set(i64.load(offset, wordBytes, pointer)),
    scope.assign(first.variable, i32.wrap(whole.get())),
    scope.assign(second.variable, i32.wrap(i64.shr_u(whole.get(), i64.const(32n)))),
  ])
}

/** `a[0] == first & a[1] == second` for such a pair; null for anything else. */
export function emitPairEquality(scope: FunctionScope, left: Expression, right: Expression): Code | null {
  const [low, high] = [comparedWord(left), comparedWord(right)]
  if (!low || !high || !isNext(low.load, high.load) || !isSimple(low.load)) return null
  const pair = scope.pairOf(low.word)
  if (pair?.second.id !== high.word.id) return null
  const { pointer, offset } = openAccess(scope, low.load)
  const { i64 } = scope.code
  return i64.eq(i64.load(offset, wordBytes, pointer), pair.whole.get())
}

function comparedWord(
  expression: Expression,
): { readonly load: Load; readonly word: (Expression & { readonly kind: 'local' })['variable'] } | null {
  if (expression.kind !== 'binary' || expression.operator !== 'eq') return null
  const { left, right } = expression
  return left.kind === 'load' && right.kind === 'local' ? { load: left, word: right.variable } : null
}

function isWord(statement: Statement | undefined): statement is LetWord {
  return statement?.kind === 'let' && !statement.variable.mutable && statement.value.kind === 'load'
}

/** The second lies right behind the first. */
function isNext(first: Load, second: Load): boolean {
  return (
    first.memory === 'i32' &&
    second.memory === 'i32' &&
    second.offset === first.offset + wordBytes &&
    isSame(first.address, second.address) &&
    (first.index === null ? second.index === null : second.index !== null && isSame(first.index, second.index))
  )
}

/** Nothing that is between the two could change where they lie. */
function isSimple({ address, index }: Load): boolean {
  return isFixed(address) && (index === null || isFixed(index))
}

function isFixed(expression: Expression): boolean {
  return expression.kind === 'local' && !expression.variable.mutable
}

function isSame(a: Expression, b: Expression): boolean {
  return a.kind === 'local' && b.kind === 'local' && a.variable.id === b.variable.id
}
