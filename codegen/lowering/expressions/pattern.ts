import { checkLikePattern } from '../../../runtime/abi/pattern/like.ts'
import { patternCell, simpleLike } from '../../../runtime/abi/pattern/guard.ts'
import { translateRegex } from '../../../runtime/abi/pattern/regex.ts'
import { translateSimilar } from '../../../runtime/abi/pattern/similar.ts'
import type { Constant } from '../../../runtime/abi/artifact.ts'
import { viewOffsets } from '../../../runtime/abi/view.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { Span } from '../../../sql/base/span.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { invalidRegex } from '../../../sql/messages/raise.ts'
import { binary, constI1, constI32, library, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { castValue } from '../casts/cast.ts'
import type { Value } from '../value.ts'
import type { Failure, Lowering, Of } from './lowering.ts'
import { callFallible, guarded, nullOf } from './strict.ts'

type Pattern = Constant & { readonly kind: 'pattern' }

/** LIKE, ILIKE, SIMILAR TO. A constant pattern is checked here and compiled once when the artifact is loaded. */
export function lowerLike(lowering: Lowering, expression: Of<'like'>): Value {
  const { operand, pattern, form, escape, caseInsensitive, span } = expression
  const text = asText(lowering, operand)
  const literal = textLiteral(pattern)
  const matched =
    literal === null
      ? matchDynamic(lowering, [text, asText(lowering, pattern)], {
          span,
          call: (values) => ({
            name: form === 'like' ? 'like_match' : 'similar_match',
            parameters: [
              ...values,
              constI32(escape === '' ? -1 : (escape.codePointAt(0) ?? -1)),
              constI1(caseInsensitive),
            ],
          }),
        })
      : matchConstant(lowering, text, {
          span,
          pattern: { kind: 'pattern', form, pattern: literal, escape, caseInsensitive },
        })
  return negate(lowering, matched, expression.negated)
}

/** `~`, `~*`, `!~`, `!~*`. */
export function lowerRegexOperator(
  lowering: Lowering,
  { left, right, span }: Of<'binary'>,
  { ignoreCase, negated }: { readonly ignoreCase: boolean; readonly negated: boolean },
): Value {
  const text = asText(lowering, left)
  const literal = textLiteral(right)
  const matched =
    literal === null
      ? matchDynamic(lowering, [text, asText(lowering, right)], {
          span,
          call: (values) => ({
            name: 'regex_match',
            parameters: [...values, flagsConstant(lowering, ignoreCase ? 'i' : '')],
          }),
        })
      : matchConstant(lowering, text, { span, pattern: regexConstant(literal, ignoreCase) })
  return negate(lowering, matched, negated)
}

export function flagsConstant({ builder }: Lowering, flags: string): Expression {
  return builder.module.constant({ kind: 'view', bytes: new TextEncoder().encode(flags) })
}

export function regexConstant(pattern: string, caseInsensitive: boolean): Pattern {
  return { kind: 'pattern', form: 'regex', pattern, escape: '', caseInsensitive }
}

export function textLiteral(expression: SqlExpression): string | null {
  return expression.kind === 'literal' && typeof expression.value === 'string' && expression.type.kind === 'varchar'
    ? expression.value
    : null
}

function asText(lowering: Lowering, expression: SqlExpression): Value {
  return castValue(lowering, lowering.lower(expression), {
    type: { kind: 'varchar' },
    safe: false,
    span: expression.span,
  })
}

function negate(lowering: Lowering, matched: Value, negated: boolean): Value {
  return negated ? { ...matched, value: lowering.builder.let('value', unary('not', matched.value)) } : matched
}

/** Tries first bytes and length before the call: most texts that do not match differ there, and their lengths vary more at random. */
function guardedMatch(
  { builder }: Lowering,
  { cell, view, match }: { readonly cell: Expression; readonly view: Expression; readonly match: Expression },
): Expression {
  const of = (address: Expression, offset: number): Expression => load('i32', address, { offset })
  const starts = binary(
    'eq',
    binary('and', binary('xor', of(view, viewOffsets.prefix), of(cell, patternCell.word)), of(cell, patternCell.mask)),
    constI32(0),
  )
  const isLong = binary('ge_s', of(view, viewOffsets.length), of(cell, patternCell.lengthMin))
  const matches = builder.mutable('matches', constI1(false))
  builder.if(binary('and', starts, isLong), () => builder.set(matches, match))
  return matches
}

/** Patterns about one text are what string functions are for: those exist in all tiers as code, a matcher is a call. */
function matchCell(pattern: Pattern, cell: Expression, view: Expression): Expression {
  const simple = simpleLike(pattern)
  if (simple === null) return library('pattern_match', [cell, view])
  return library(`string_${simple.kind}`, [view, binary('add', cell, constI32(patternCell.text))])
}

/** Refuses an invalid pattern while planning. */
export function matchConstant(
  lowering: Lowering,
  text: Value,
  { pattern, span }: { readonly pattern: Pattern; readonly span: Span | undefined },
): Value {
  const problem = problemOf(pattern)
  if (problem !== null) throw new SqlError([invalidRegex({ detail: problem }, { span })])
  if (text.type.kind === 'null') return nullOf(lowering, { kind: 'boolean' })
  return guarded(
    lowering,
    { kind: 'boolean' },
    {
      operands: [text],
      compute: ([view]) => {
        const cell = lowering.builder.module.constant(pattern)
        const match = matchCell(pattern, cell, view as Expression)
        return pattern.form === 'like' && !pattern.caseInsensitive
          ? guardedMatch(lowering, { cell, view: view as Expression, match })
          : match
      },
    },
  )
}

function problemOf({ form, pattern, escape, caseInsensitive }: Pattern): string | null {
  if (form === 'like') return checkLikePattern(pattern, escape)
  const translated =
    form === 'regex'
      ? translateRegex(pattern, caseInsensitive ? 'i' : '')
      : translateSimilar(pattern, escape, caseInsensitive ? 'i' : '')
  return 'problem' in translated ? translated.problem : null
}

interface DynamicCall {
  readonly span: Span | undefined
  readonly call: (values: readonly Expression[]) => {
    readonly name: 'like_match' | 'similar_match' | 'regex_match'
    readonly parameters: readonly Expression[]
  }
}

function matchDynamic(lowering: Lowering, operands: readonly [Value, Value], { span, call }: DynamicCall): Value {
  return guarded(
    lowering,
    { kind: 'boolean' },
    {
      operands,
      compute: (values) => callFallible(lowering, { ...call(values), failures: [badPattern(span)] }),
    },
  )
}

/** Of a pattern that is computed per row. */
export function badPattern(span: Span | undefined): Failure {
  return { code: 'invalid_regex', span, arguments: { detail: 'the pattern of this row' } }
}
