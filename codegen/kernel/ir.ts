import type { MemoryType, LibraryName } from '../../runtime/abi/library.ts'

/**
 * The kernel IR: a small, typed, structured language over one linear memory.
 *
 * Everything that SQL means has been lowered away before this point: NULLs are pairs of variables, three-valued
 * logic is `if`s, overflow checks are explicit predicates, hash probes are loops. What is left is what a machine does, so that
 * the back ends (interpreter, JavaScript, WebAssembly) are plain translators which cannot disagree about SQL.
 *
 * Rules that the verifier checks: every operand has the type its operator asks for; a variable is declared
 * (`let`, a parameter, a `for`) before it is read, in an enclosing block; `set` only on variables declared mutable; `break` and
 * `continue` name an enclosing loop; addresses are i32 byte offsets; `load` and `store` alignments follow from the memory type.
 *
 * Memory: what different parameters, scratch areas and constants point to does not overlap, except that values loaded from memory may be
 * addresses of anything but what this function stores to through a parameter. Passes that reorder rely on it (stages/).
 *
 * Value types. i1 is a truth value; i32 and i64 are two's complement (unsigned meaning sits in the operator); i128 is a
 * signed 128-bit integer; f32 is stored only: arithmetic on REAL is f64 rounded by `to_f32`. A string is the i32 address of its 16-byte view.
 */
export type ValueType = 'i1' | 'i32' | 'i64' | 'i128' | 'f64'

export interface Variable {
  /** Unique in its function. */
  readonly id: number
  /** A role such as `in`, `out`, `row`, `key`, `valid`: chosen by the generator from a fixed vocabulary, never from SQL. */
  readonly role: string
  readonly type: ValueType
  readonly mutable: boolean
}

/** Same-type operands and result. Integers wrap; shifts take their count modulo the width; division truncates and must not see a zero divisor. */
export type ArithmeticOperator =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u'
  /** f64 only: IEEE division, remainder with the sign of the dividend, and minimum and maximum of ordered values */
  | 'div'
  | 'rem'
  | 'min'
  | 'max'

/** Result i1. On f64 the comparisons are IEEE (false with NaN; `ne` true). On i1 only eq and ne. i128 through library calls. */
export type CompareOperator =
  | 'eq'
  | 'ne'
  | 'lt_s'
  | 'le_s'
  | 'gt_s'
  | 'ge_s'
  | 'lt_u'
  | 'le_u'
  | 'gt_u'
  | 'ge_u'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'

/** Result i1: would the signed operation on i32 or i64 overflow? (`_u`: the unsigned one on i64.) */
export type OverflowOperator =
  | 'add_overflows'
  | 'sub_overflows'
  | 'mul_overflows'
  | 'add_overflows_u'
  | 'sub_overflows_u'
  | 'mul_overflows_u'

export type BinaryOperator = ArithmeticOperator | CompareOperator | OverflowOperator

export type UnaryOperator =
  | 'not' /* i1 */
  | 'eqz' /* i32, i64 -> i1 */
  | 'i32_from_i1'
  | 'i1_from_i32' /* non-zero is true */
  | 'i64_from_i32_s'
  | 'i64_from_i32_u'
  | 'i32_wrap_i64' /* low half */
  | 'i32_high_i64' /* high half */
  | 'f64_from_i32_s'
  | 'f64_from_i64_s'
  | 'f64_from_i64_u'
  /** truncating; the operand must be in range (the generator checks before) */
  | 'i32_trunc_f64'
  | 'i64_trunc_f64'
  | 'f64_bits' /* f64 -> i64, the same bits for every NaN */
  | 'f64_from_bits' /* i64 -> f64 */
  | 'to_f32' /* f64 -> f64 rounded to float */
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc' /* f64 */
  | 'nearest' /* f64, half to even */
  | 'i128_from_i64'
  | 'i64_wrap_i128'

export type Expression =
  /** i1: boolean; i32, f64: number; i64, i128: bigint */
  | { readonly kind: 'const'; readonly type: ValueType; readonly value: number | bigint | boolean }
  | { readonly kind: 'local'; readonly variable: Variable }
  /** i32 address of entry `index` of the constant pool. */
  | { readonly kind: 'constant'; readonly index: number }
  /** i32 address of `offset` in the module's zero-initialised scratch area (ModuleIr.scratchSizeBytes). */
  | { readonly kind: 'scratch'; readonly offset: number }
  /** Element `index` (default 0) of the array of `memory` that starts at `address + offset`. Sub-word integers extend by their sign; u32 gives i64; f32 gives f64. `bool` reads a byte, 0 or 1, as i1. */
  | {
      readonly kind: 'load'
      readonly memory: MemoryType
      readonly address: Expression
      readonly offset: number
      readonly index: Expression | null
    }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  /** Both sides are evaluated. */
  | { readonly kind: 'select'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'library'; readonly name: LibraryName; readonly arguments: readonly Expression[] }
  /** A function of the same module; `result` repeats its result type (null only under `do`), so that every expression knows its type. */
  | {
      readonly kind: 'call'
      readonly function: string
      readonly result: ValueType | null
      readonly arguments: readonly Expression[]
    }

export type Statement =
  | { readonly kind: 'let'; readonly variable: Variable; readonly value: Expression }
  | { readonly kind: 'set'; readonly variable: Variable; readonly value: Expression }
  | {
      readonly kind: 'store'
      readonly memory: MemoryType
      readonly address: Expression
      readonly offset: number
      readonly index: Expression | null
      readonly value: Expression
    }
  /** The 16-byte cell at address + offset (low i64, count of wraps i64; value = low + high * 2^64) += value (i64). The way SUM stays exact and cheap. */
  | { readonly kind: 'add_wide'; readonly address: Expression; readonly offset: number; readonly value: Expression }
  /** Copies `sizeBytes` (a multiple of 8, both addresses 8-aligned) between places that do not overlap. */
  | {
      readonly kind: 'copy'
      readonly to: Expression
      readonly toOffset: number
      readonly from: Expression
      readonly fromOffset: number
      readonly sizeBytes: number
    }
  | {
      readonly kind: 'if'
      readonly condition: Expression
      readonly then: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  /** variable = from, from + 1, .. to - 1 (i32); the bounds are evaluated once. */
  | {
      readonly kind: 'for'
      readonly label: number
      readonly variable: Variable
      readonly from: Expression
      readonly to: Expression
      readonly body: readonly Statement[]
    }
  | {
      readonly kind: 'while'
      readonly label: number
      readonly condition: Expression
      readonly body: readonly Statement[]
    }
  | { readonly kind: 'break'; readonly label: number }
  | { readonly kind: 'continue'; readonly label: number }
  /** For its effect; a result is dropped. */
  | { readonly kind: 'do'; readonly call: Expression & { readonly kind: 'library' | 'call' } }
  | { readonly kind: 'return'; readonly value: Expression | null }
  /** What follows comes from this plan node; `span` indexes ModuleIr.spans. Printed as a comment with the node's number and kind only. */
  | { readonly kind: 'mark'; readonly planNode: number; readonly operator: string; readonly span: number | null }

/**
 * Functions that a machine with wide registers does in another way. The body is the meaning; a back end may put an own implementation
 * with the same effect in its place, and hand rare cases to the body.
 *
 * | idiom | signature |
 * |---|---|
 * | `json_members` | (start, learnt) -> end: compares and cuts the members of a record as learnt (runtime/abi/decode-token.ts); 0 for a miss |
 * | `json_keyed` | (start, learnt) -> end: the same for a record whose keys are in any order; 0 for a miss |
 * | `csv_fields` | (start, learnt, delimiter, nullText, nullLength) -> end of the record; 0 for a miss |
 * | `small_digits` | (from, to) -> the number that one to eight digits spell, else -1 |
 * | `put_view` | (cell, from, to): writes the view of the bytes |
 * | `json_rows` | (start, to, learnt, tokens, block, control, rows, clean) -> end: rows of the block, from row `rows` on, of as many records as are as learnt and plain; control.rows. 0, as the body has it, says that none is ever taken |
 * | `csv_rows` | (start, to, learnt, tokens, block, control, rows, clean, delimiter, quote, nullText, nullLength) -> end: the same for records of CSV |
 * | `instant` | (from, to) -> i64: microseconds of `YYYY-MM-DD HH:MM:SS[.f]`, fault none; other texts as the body has it |
 */
export type Idiom =
  | 'json_members'
  | 'json_keyed'
  | 'csv_fields'
  | 'small_digits'
  | 'put_view'
  | 'instant'
  | 'json_rows'
  | 'csv_rows'

/** A column that `json_rows` or `csv_rows` fills. */
export interface RowColumn {
  readonly value: RowValue
  /** NULL is no fault */
  readonly isNullable: boolean
  readonly dataOffset: number
  readonly validOffset: number | null
}

export type RowValue =
  /** a whole number of at most `max`, times `factor` */
  | {
      readonly kind: 'integer'
      readonly memory: 'i8' | 'i16' | 'i32' | 'i64'
      readonly max: number | null
      readonly factor: number
      readonly isSigned: boolean
    }
  | { readonly kind: 'real'; readonly memory: 'f32' | 'f64' }
  | { readonly kind: 'decimal'; readonly memory: 'i64' | 'i128'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  | { readonly kind: 'instant' }

export interface FunctionIr {
  /** From a fixed vocabulary (`update`, `emit`, `part`) plus a counter. */
  readonly name: string
  readonly parameters: readonly Variable[]
  readonly result: ValueType | null
  readonly body: readonly Statement[]
  readonly idiom?: Idiom
  readonly rows?: RowsShape
}

/** Of idioms that fill a block. */
export interface RowsShape {
  /** in the order of token cells */
  readonly columns: readonly RowColumn[]
}

/** Of what modules mean: changes with their form, so that what was made from another form is not taken for the same. */
export const irVersion = 1

/** One unit: what is generated, cached, loaded and swapped together. Plain data. */
export interface ModuleIr {
  readonly name: string
  readonly functions: readonly FunctionIr[]
  /** Names of the functions that the runtime calls. */
  readonly exports: readonly string[]
  readonly constantCount: number
  readonly scratchSizeBytes: number
}
