import type { LibrarySignature, LibraryType } from './signature.ts'

/** How the types of signatures look in JavaScript; i128 is the address of a cell. */
interface JavaScriptTypes {
  readonly i1: boolean
  readonly i32: number
  readonly i64: bigint
  readonly i128: number
  readonly f64: number
}

/** Truth comes as a boolean or as 0 or 1. */
type Parameter<Type extends LibraryType> = Type extends 'i1' ? boolean | number : JavaScriptTypes[Type]

type Parameters<Types extends readonly LibraryType[]> = { readonly [Index in keyof Types]: Parameter<Types[Index]> }

type Result<Type extends LibraryType | null> = Type extends 'i128' | null
  ? void
  : Type extends LibraryType
    ? JavaScriptTypes[Type]
    : never

type Implementation<Signature extends LibrarySignature> = (
  ...parameters: Signature['result'] extends 'i128'
    ? [...Parameters<Signature['parameters']>, number]
    : Parameters<Signature['parameters']>
) => Result<Signature['result']>

/** What a family of the library must provide: the table's functions with the table's types. */
export type Implementations<Signatures extends Readonly<Record<string, LibrarySignature>>> = {
  readonly [Name in keyof Signatures]: Implementation<Signatures[Name]>
}
