import { validityAbsent } from '../../../runtime/abi/format.ts'
import type { TimestampFormat } from '../../../runtime/abi/format.ts'
import { textStatus, token, tokenKind } from '../../../runtime/abi/decode-token.ts'
import { faultAddress, faults, type LibraryName } from '../../../runtime/abi/library.ts'
import { physicalSizeBytes, type PhysicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import type { Expression } from '../../kernel/ir.ts'
import { binary, constF64, constI128, constI1, constI64, library, select, unary } from '../../kernel/build.ts'
import { integerFacts, outOfRange, registerConst } from '../expressions/integer-facts.ts'
import type { FunctionBuilder, MutableLocal } from '../function-builder.ts'
import { memoryTypeOf } from '../memory-type.ts'
import { type DecoderFrame, faultSite, type TokenColumn, type ValueFault } from './decoder-frame.ts'
import type { TextFunctions } from './text-functions.ts'
import { add, either, eq, ge, i32, lt, mul, ne, wordAt } from './word.ts'

/** One row being decoded. */
export interface RowTarget {
  readonly frame: DecoderFrame
  readonly builder: FunctionBuilder
  readonly texts: TextFunctions
  readonly block: Expression
  readonly control: Expression
  readonly row: Expression
  /** Site of the row's first fault, -1 for none. */
  readonly fault: MutableLocal
}

/** Emits the code that turns a column's token into its value in the block, or into the row's fault. */
export function emitColumnValue(target: RowTarget, column: TokenColumn): void {
  const { builder } = target
  const kind = builder.let('kind', wordAt(column.cell, token.kind))
  const context: ColumnContext = {
    target,
    column,
    kind,
    from: (): Expression => wordAt(column.cell, token.from),
    to: (): Expression => wordAt(column.cell, token.to),
  }
  const otherwise = (): void => emitOtherKinds(context)
  const { type } = column.column
  if (!isCsv(context) && comesAsText.has(type.kind))
    builder.if(eq(kind, i32(tokenKind.rawText)), () => builder.do('json_plain', [target.control, column.cell]))
  switch (type.kind) {
    case 'boolean':
      return emitBoolean(context, otherwise)
    case 'real':
    case 'double':
      return emitFloat(context, otherwise)
    case 'decimal':
      return emitDecimal(context, type, otherwise)
    case 'varchar':
      return emitText(context, otherwise)
    case 'bytea':
      return emitBytes(context, otherwise)
    case 'timestamp':
    case 'timestamptz':
      return emitInstant(context, otherwise)
    case 'date':
      return emitByLibrary(context, { name: 'text_to_date', otherwise })
    case 'time':
      return emitByLibrary(context, { name: 'text_to_time', otherwise })
    case 'interval':
      return emitInterval(context, otherwise)
    case 'null':
      return builder.if(eq(kind, i32(tokenKind.null)), () => emitNull(context, 0), otherwise)
    default:
      return emitInteger(context, type, otherwise)
  }
}

/** Types whose values JSON writes as strings, always or now and then. */
const comesAsText = new Set<SqlType['kind']>([
  'real',
  'double',
  'decimal',
  'bytea',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
])

interface ColumnContext {
  readonly target: RowTarget
  readonly column: TokenColumn
  readonly kind: Expression
  readonly from: () => Expression
  readonly to: () => Expression
}

type Otherwise = () => void

const isCsv = ({ target }: ColumnContext): boolean => target.frame.source.format.kind === 'csv'

/** Texts, checked or not. */
function isText({ kind }: ColumnContext): Expression {
  return either(eq(kind, i32(tokenKind.text)), eq(kind, i32(tokenKind.rawText)))
}

/** In CSV everything is text. */
function isNumber(context: ColumnContext): Expression {
  return isCsv(context)
    ? isText(context)
    : either(eq(context.kind, i32(tokenKind.number)), eq(context.kind, i32(tokenKind.small)))
}

/** Absent, null, or another kind of value than the column's. */
function emitOtherKinds(context: ColumnContext): void {
  const { target, column, kind } = context
  const { nullable, hasDefault, isEventTime } = column.column
  const missing = isEventTime === true ? 'null_event_time' : 'missing_value'
  const absent = eq(kind, i32(tokenKind.absent))
  const isNull = eq(kind, i32(tokenKind.null))
  const explicit = (): void =>
    target.builder.if(
      isNull,
      () => (nullable ? emitNull(context, 0) : fail(context, missing)),
      () => fail(context, 'wrong_type'),
    )
  target.builder.if(
    absent,
    () => (hasDefault ? emitNull(context, validityAbsent) : nullable ? emitNull(context, 0) : fail(context, missing)),
    explicit,
  )
}

/** A value of zeros is stored beside the validity, so that what computes with it is safe. */
function emitNull({ target, column }: ColumnContext, validity: number): void {
  const { builder, block, row } = target
  const { validOffset } = column.place
  if (validOffset !== null) builder.store('u8', { address: block, offset: validOffset, index: row }, i32(validity))
  const { address, offset } = cellOf({ target, column })
  const size = physicalSizeBytes(column.place.physical)
  if (size === 16) {
    builder.store('i64', { address, offset }, constI64(0))
    builder.store('i64', { address, offset: offset + 8 }, constI64(0))
  } else storeValue({ target, column }, zeroOf(column.place.physical))
}

function zeroOf(physical: PhysicalType): Expression {
  switch (physical) {
    case 'i1':
      return constI1(false)
    case 'i64':
    case 'u64':
    case 'u32':
      return constI64(0)
    case 'i128':
      return constI128(0)
    case 'f32':
    case 'f64':
      return constF64(0)
    default:
      return i32(0)
  }
}

function fail({ target, column }: Pick<ColumnContext, 'target' | 'column'>, code: ValueFault | 'invalid_json'): void {
  const { builder, fault, frame } = target
  builder.set(fault, select(lt(fault, i32(0)), i32(faultSite(frame, column, code)), fault))
}

function emitValid({ target, column }: Pick<ColumnContext, 'target' | 'column'>): void {
  const { validOffset } = column.place
  if (validOffset !== null)
    target.builder.store('u8', { address: target.block, offset: validOffset, index: target.row }, i32(1))
}

/** Where the row's value of the column lies. */
function cellOf({ target, column }: Pick<ColumnContext, 'target' | 'column'>): {
  readonly address: Expression
  readonly offset: number
} {
  const size = physicalSizeBytes(column.place.physical)
  return {
    address: target.builder.let('cell', add(target.block, mul(target.row, i32(size)))),
    offset: column.place.dataOffset,
  }
}

function storeValue({ target, column }: Pick<ColumnContext, 'target' | 'column'>, value: Expression): void {
  const { physical, dataOffset } = column.place
  const memory = memoryTypeOf(physical)
  if (memory !== null)
    target.builder.store(memory, { address: target.block, offset: dataOffset, index: target.row }, value)
}

/** Stores the result of a fallible computation, or fails. */
function emitFallible(context: ColumnContext, value: Expression, put: (value: Expression) => void): void {
  const { builder } = context.target
  const result = builder.let('value', value)
  const fault = builder.let('fault', wordAt(i32(faultAddress)))
  builder.if(
    eq(fault, i32(faults.none)),
    () => put(result),
    () =>
      builder.if(
        eq(fault, i32(faults.invalid_cast)),
        () => fail(context, 'wrong_type'),
        () => fail(context, 'number_out_of_range'),
      ),
  )
}

/** `small` takes a whole number of at most eight digits without sign: from the token, or in CSV from its text. */
function emitNumber(
  context: ColumnContext,
  { small, general, otherwise }: { small: (value: Expression) => void; general: () => void; otherwise: Otherwise },
): void {
  const { builder, texts } = context.target
  const valid = (body: () => void) => (): void => {
    emitValid(context)
    body()
  }
  if (!isCsv(context)) {
    const value = (): Expression => builder.let('small', wordAt(context.column.cell, token.value))
    const others = (): void => builder.if(eq(context.kind, i32(tokenKind.number)), valid(general), otherwise)
    builder.if(
      eq(context.kind, i32(tokenKind.small)),
      valid(() => small(value())),
      others,
    )
    return
  }
  const fromText = (): void => {
    const value = builder.let('small', texts.smallDigits(context.from(), context.to()))
    builder.if(ge(value, i32(0)), () => small(value), general)
  }
  builder.if(isText(context), valid(fromText), otherwise)
}

const smallMax = 99_999_999n

function emitInteger(
  context: ColumnContext,
  type: SqlType & { readonly kind: keyof typeof integerKinds },
  otherwise: Otherwise,
): void {
  const { builder } = context.target
  const facts = integerFacts(type.kind)
  const put = (value: Expression): void => {
    const outside = outOfRange(value, facts)
    if (outside === null) storeValue(context, value)
    else
      builder.if(
        outside,
        () => fail(context, 'number_out_of_range'),
        () => storeValue(context, value),
      )
  }
  const small = (value: Expression): void => {
    if (facts.max >= smallMax) storeValue(context, facts.register === 'i64' ? unary('i64_from_i32_s', value) : value)
    else put(value)
  }
  const name = type.kind === 'ubigint' ? 'digits_to_u64' : 'digits_to_i64'
  const general = (): void =>
    emitFallible(context, library(name, [context.from(), context.to()]), (wide) => {
      if (facts.register === 'i64') put(wide)
      else
        builder.if(
          outsideOf(wide, facts),
          () => fail(context, 'number_out_of_range'),
          () => storeValue(context, unary('i32_wrap_i64', wide)),
        )
    })
  emitNumber(context, { small, general, otherwise })
}

const integerKinds = {
  tinyint: 1,
  smallint: 1,
  integer: 1,
  bigint: 1,
  utinyint: 1,
  usmallint: 1,
  uinteger: 1,
  ubigint: 1,
} as const

function outsideOf(value: Expression, { min, max }: { readonly min: bigint; readonly max: bigint }): Expression {
  return either(binary('lt_s', value, registerConst('i64', min)), binary('gt_s', value, registerConst('i64', max)))
}

function emitFloat(context: ColumnContext, otherwise: Otherwise): void {
  const { builder } = context.target
  const rounded = (value: Expression): Expression =>
    context.column.column.type.kind === 'real' ? unary('to_f32', value) : value
  const general = (): void =>
    emitFallible(context, library('digits_to_f64', [context.from(), context.to()]), (value) =>
      storeValue(context, rounded(value)),
    )
  // only the numbers that JSON cannot write come as strings
  const nonFinite = (value: Expression): void =>
    builder.if(
      binary('ne', binary('sub', value, value), constF64(0)),
      () => storeValue(context, value),
      () => fail(context, 'wrong_type'),
    )
  const fromText = (): void =>
    builder.if(
      isText(context),
      () => {
        emitValid(context)
        emitFallible(context, library('digits_to_f64', [context.from(), context.to()]), nonFinite)
      },
      otherwise,
    )
  emitNumber(context, {
    small: (value) => storeValue(context, rounded(unary('f64_from_i32_s', value))),
    general,
    otherwise: isCsv(context) ? otherwise : fromText,
  })
}

function emitDecimal(
  context: ColumnContext,
  { precision, scale }: { readonly precision: number; readonly scale: number },
  otherwise: Otherwise,
): void {
  const { builder } = context.target
  const short = precision <= 18
  const shape = [i32(precision), i32(scale)]
  const general = (): void => {
    const digits = [context.from(), context.to(), ...shape]
    emitFallible(context, library(short ? 'digits_to_decimal64' : 'digits_to_decimal', digits), (value) =>
      storeValue(context, value),
    )
  }
  const whole = 10n ** BigInt(precision - scale)
  const small = (value: Expression): void => {
    const units = short ? binary('mul', unary('i64_from_i32_s', value), constI64(10n ** BigInt(scale))) : null
    if (units === null) general()
    else if (whole > smallMax) storeValue(context, units)
    else
      builder.if(
        ge(value, i32(Number(whole))),
        () => fail(context, 'number_out_of_range'),
        () => storeValue(context, units),
      )
  }
  const fromText = (): void =>
    builder.if(
      isText(context),
      () => {
        emitValid(context)
        general()
      },
      otherwise,
    )
  emitNumber(context, { small, general, otherwise: isCsv(context) ? otherwise : fromText })
}

function emitBoolean(context: ColumnContext, otherwise: Otherwise): void {
  const { kind, target } = context
  if (isCsv(context)) return emitByLibrary(context, { name: 'text_to_boolean', otherwise })
  target.builder.if(
    either(eq(kind, i32(tokenKind.true)), eq(kind, i32(tokenKind.false))),
    () => {
      emitValid(context)
      storeValue(context, eq(kind, i32(tokenKind.true)))
    },
    otherwise,
  )
}

function emitText(context: ColumnContext, otherwise: Otherwise): void {
  const { target, kind } = context
  const { builder, texts, control, frame } = target
  const { address, offset } = cellOf(context)
  const cell = builder.let('cell', add(address, i32(offset)))
  builder.if(
    eq(kind, i32(tokenKind.text)),
    () => {
      emitValid(context)
      texts.putView(builder, cell, { from: context.from(), to: context.to() })
    },
    () =>
      builder.if(
        eq(kind, i32(tokenKind.rawText)),
        () => {
          emitValid(context)
          const range = [context.from(), context.to(), cell]
          emitStatus(
            context,
            isCsv(context)
              ? library('csv_text', [control, frame.schema, ...range])
              : library('json_text', [control, ...range]),
          )
        },
        otherwise,
      ),
  )
}

function emitStatus(context: ColumnContext, call: Expression): void {
  const { builder } = context.target
  const status = builder.let('status', call)
  builder.if(ne(status, i32(textStatus.good)), () => {
    builder.if(
      eq(status, i32(textStatus.invalidUtf8)),
      () => fail(context, 'invalid_utf8'),
      () =>
        builder.if(
          eq(status, i32(textStatus.nullByte)),
          () => fail(context, 'null_byte'),
          () => fail(context, isCsv(context) ? 'wrong_type' : 'invalid_json'),
        ),
    )
  })
}

function emitBytes(context: ColumnContext, otherwise: Otherwise): void {
  const { target } = context
  const { builder, control } = target
  const { address, offset } = cellOf(context)
  builder.if(
    isText(context),
    () => {
      emitValid(context)
      const status = builder.let(
        'status',
        library('base64_bytes', [control, context.from(), context.to(), add(address, i32(offset))]),
      )
      builder.if(ne(status, i32(textStatus.good)), () => fail(context, 'wrong_type'))
    },
    otherwise,
  )
}

/** Through a view of the text and a library function that may fail. */
function emitByLibrary(context: ColumnContext, { name, otherwise }: { name: LibraryName; otherwise: Otherwise }): void {
  const { builder, texts } = context.target
  builder.if(
    isText(context),
    () => {
      emitValid(context)
      const text = texts.viewOf(builder, context.from(), context.to())
      emitFallible(context, library(name, [text]), (value) => storeValue(context, value))
    },
    otherwise,
  )
}

function emitInterval(context: ColumnContext, otherwise: Otherwise): void {
  const { builder, texts } = context.target
  const { address, offset } = cellOf(context)
  builder.if(
    isText(context),
    () => {
      emitValid(context)
      builder.do('text_to_interval', [texts.viewOf(builder, context.from(), context.to()), add(address, i32(offset))])
      builder.if(ne(wordAt(i32(faultAddress)), i32(faults.none)), () => fail(context, 'wrong_type'))
    },
    otherwise,
  )
}

const unitsPerSecond: Readonly<Record<Exclude<TimestampFormat, 'rfc3339'>, bigint>> = {
  epoch_seconds: 1n,
  epoch_millis: 1000n,
  epoch_micros: 1_000_000n,
  epoch_nanos: 1_000_000_000n,
}

function emitInstant(context: ColumnContext, otherwise: Otherwise): void {
  const { target } = context
  const { builder, texts, frame } = target
  const { timestampFormat } = frame.source.format
  if (timestampFormat !== 'rfc3339') {
    const units = constI64(unitsPerSecond[timestampFormat])
    builder.if(
      isNumber(context),
      () => {
        emitValid(context)
        emitFallible(context, library('digits_to_instant', [context.from(), context.to(), units]), (value) =>
          storeValue(context, value),
        )
      },
      otherwise,
    )
    return
  }
  builder.if(
    isText(context),
    () => {
      emitValid(context)
      emitFallible(context, texts.instant(context.from(), context.to()), (value) => storeValue(context, value))
    },
    otherwise,
  )
}
