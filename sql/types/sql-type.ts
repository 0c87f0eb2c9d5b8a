/**
 * SQL types as the language knows them (semantics.md section 2). Nested types come later.
 *
 * Text form (`typeName`, `parseTypeName`) is the canonical spelling used in plans, EXPLAIN and DESCRIBE.
 */
export type IntegerKind =
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'utinyint'
  | 'usmallint'
  | 'uinteger'
  | 'ubigint'

export type SqlType =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  | { readonly kind: IntegerKind }
  | { readonly kind: 'real' }
  | { readonly kind: 'double' }
  /** 1 <= precision <= 38, 0 <= scale <= precision */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'varchar' }
  | { readonly kind: 'bytea' }
  /** days since 1970-01-01 */
  | { readonly kind: 'date' }
  /** microseconds since midnight */
  | { readonly kind: 'time' }
  /** microseconds since 1970-01-01, no zone */
  | { readonly kind: 'timestamp' }
  /** microseconds since 1970-01-01 UTC */
  | { readonly kind: 'timestamptz' }
  /** months, days, microseconds */
  | { readonly kind: 'interval' }

/** How a value lies in memory. i1 is a byte 0 or 1; a view is 16 bytes (runtime/abi/view.ts); an interval is 16 bytes (i32 months, i32 days, i64 micros). */
export type PhysicalType =
  | 'i1'
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'i128'
  | 'f32'
  | 'f64'
  | 'view'
  | 'interval'

const integerNames: Readonly<Record<IntegerKind, string>> = {
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  utinyint: 'TINYINT UNSIGNED',
  usmallint: 'SMALLINT UNSIGNED',
  uinteger: 'INTEGER UNSIGNED',
  ubigint: 'BIGINT UNSIGNED',
}

const integerPhysical: Readonly<Record<IntegerKind, PhysicalType>> = {
  tinyint: 'i8',
  smallint: 'i16',
  integer: 'i32',
  bigint: 'i64',
  utinyint: 'u8',
  usmallint: 'u16',
  uinteger: 'u32',
  ubigint: 'u64',
}

/** The canonical spelling, e.g. `DECIMAL(20,4)`. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'null':
    case 'boolean':
    case 'real':
    case 'double':
    case 'varchar':
    case 'bytea':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return type.kind.toUpperCase()
    default:
      return integerNames[type.kind]
  }
}

const byName: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ...(Object.keys(integerNames) as IntegerKind[]).map((kind): [string, SqlType] => [integerNames[kind], { kind }]),
  ...(
    [
      'null',
      'boolean',
      'real',
      'double',
      'varchar',
      'bytea',
      'date',
      'time',
      'timestamp',
      'timestamptz',
      'interval',
    ] as const
  ).map((kind): [string, SqlType] => [kind.toUpperCase(), { kind }]),
])

/** Inverse of `typeName`; undefined for any other text. */
export function parseTypeName(name: string): SqlType | undefined {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(name)
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  return byName.get(name)
}

export function isIntegerType(type: SqlType): type is { readonly kind: IntegerKind } {
  return Object.hasOwn(integerPhysical, type.kind)
}

/** The layout of a column of this type. NULL-typed columns are stored as i1 that is never valid. */
export function physicalType(type: SqlType): PhysicalType {
  switch (type.kind) {
    case 'null':
    case 'boolean':
      return 'i1'
    case 'real':
      return 'f32'
    case 'double':
      return 'f64'
    case 'decimal':
      return type.precision <= 18 ? 'i64' : 'i128'
    case 'varchar':
    case 'bytea':
      return 'view'
    case 'date':
      return 'i32'
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return 'i64'
    case 'interval':
      return 'interval'
    default:
      return integerPhysical[type.kind]
  }
}

const sizes: Readonly<Record<PhysicalType, number>> = {
  i1: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
  i128: 16,
  view: 16,
  interval: 16,
}

export function physicalSizeBytes(physical: PhysicalType): number {
  return sizes[physical]
}

export function sameType(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision === b.precision && a.scale === b.scale
  return a.kind === b.kind
}
