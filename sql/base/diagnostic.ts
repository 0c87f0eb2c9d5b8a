import type { Span } from './span.ts'

/** Where a row came from, for errors in data: file (or source name), 1-based line, byte offset of the line's first byte. */
export interface DataPlace {
  readonly object: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly offsetBytes?: number | undefined
  readonly column?: string | undefined
}

/** A note beside a diagnostic, with a place of its own where one helps. */
export interface Note {
  readonly message: string
  readonly span?: Span | undefined
}

/**
 * What went wrong, as plain data: this, never an Error object, crosses threads (structured clone loses
 * codes and spans) and is what `--format json` prints.
 */
export interface Diagnostic {
  /** Stable snake_case code; never reused (sql/messages is the source). */
  readonly code: string
  readonly sqlstate: string
  readonly message: string
  readonly span?: Span | undefined
  readonly hint?: string | undefined
  readonly notes?: readonly Note[] | undefined
  /** Set for errors in data rather than in SQL. */
  readonly place?: DataPlace | undefined
}

/** The user's query is wrong. Carries one diagnostic or, from `check`, all of a program's. */
export class SqlError extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly [Diagnostic, ...Diagnostic[]]) {
    super(diagnostics[0].message)
    this.name = 'SqlError'
    this.diagnostics = diagnostics
  }

  get code(): string {
    return (this.diagnostics[0] as Diagnostic).code
  }

  get sqlstate(): string {
    return (this.diagnostics[0] as Diagnostic).sqlstate
  }
}

/** A row or a byte stream is wrong, or a file or sink failed while running. */
export class DataError extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.name = 'DataError'
    this.diagnostic = diagnostic
  }

  get code(): string {
    return this.diagnostic.code
  }

  get sqlstate(): string {
    return this.diagnostic.sqlstate
  }
}

/** A bug of ours. The message says what to report. */
export class InternalError extends Error {
  readonly code = 'internal'
  readonly sqlstate = 'XX000'

  constructor(message: string) {
    super(`${message} (this is a bug in Millrace: please report the statement and this message)`)
    this.name = 'InternalError'
  }
}
