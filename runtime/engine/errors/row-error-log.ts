import { DataError, type DataPlace, type Diagnostic } from '../../../sql/base/diagnostic.ts'
import type { Span } from '../../../sql/base/span.ts'
import { diagnosticByCode } from '../../../sql/messages/by-code.ts'
import type { Site } from '../../abi/artifact.ts'

export type OnError = 'fail' | 'skip' | 'dead_letter'

/** A row that could not be used, told in terms of the program and of the data. */
export interface BadRow {
  /** The source, stream, view or sink whose row it is. */
  readonly object: string
  readonly site: Site
  readonly siteIndex: number
  readonly place: DataPlace | undefined
  /** The row as it was received, or as text; null where nothing is known of it. */
  readonly record: () => Uint8Array | string | null
}

/** How often one place of one object has refused rows. */
export interface SiteCount {
  readonly object: string
  readonly code: string
  readonly span: Span | null
  rows: number
}

/**
 * What becomes of rows that raise errors. Each is counted by site; then `fail` throws, `dead_letter` hands it on, and `skip`
 * leaves it at that.
 */
export class RowErrorLog {
  readonly #counts = new Map<string, SiteCount>()
  readonly #deadLetter: (row: BadRow, diagnostic: Diagnostic) => void

  constructor(deadLetter: (row: BadRow, diagnostic: Diagnostic) => void) {
    this.#deadLetter = deadLetter
  }

  /** @throws DataError under `fail` */
  take(row: BadRow, policy: OnError): void {
    this.#count(row)
    if (policy === 'skip') return
    const diagnostic = diagnosticOf(row)
    if (policy === 'fail') throw new DataError(diagnostic)
    this.#deadLetter(row, diagnostic)
  }

  counts(): readonly SiteCount[] {
    return [...this.#counts.values()].map((count) => ({ ...count }))
  }

  #count({ object, site, siteIndex }: BadRow): void {
    // Objects are SQL identifiers: any text may be in them but NUL.
    const key = `${object}\0${siteIndex}\0${site.code}`
    const count = this.#counts.get(key)
    if (count === undefined) this.#counts.set(key, { object, code: site.code, span: site.span, rows: 1 })
    else count.rows++
  }
}

function diagnosticOf({ site, place, object }: BadRow): Diagnostic {
  // An expression has its place in the program; what has none there is named by its object.
  const where = place ?? (site.span === null ? { object } : undefined)
  return diagnosticByCode(site.code, site.arguments, { span: site.span ?? undefined, place: where })
}
