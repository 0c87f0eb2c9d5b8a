import type { Listing } from '../../sql/catalog/listing.ts'
import type { Span } from '../../sql/base/span.ts'
import type { ArtifactColumn } from '../abi/artifact.ts'
import type { Row } from './rows/row-reader.ts'
import type { ResultColumn } from './rows/rows-to-blocks.ts'

/** What a statement of `execute` came to. */
export type StatementResult =
  | { readonly kind: 'done'; readonly span: Span }
  | { readonly kind: 'inserted'; readonly span: Span; readonly rowCount: number }
  | { readonly kind: 'rows'; readonly span: Span; readonly columns: readonly string[]; readonly rows: readonly Row[] }

export function listingResult(span: Span, { columns, rows }: Listing): StatementResult {
  const toRow = (cells: readonly (string | null)[]): Row =>
    Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? null]))
  return { kind: 'rows', span, columns, rows: rows.map(toRow) }
}

/** All of them are texts. */
export function listedColumns({ columns }: { readonly columns: readonly string[] }): readonly ResultColumn[] {
  return columns.map((name): ResultColumn => ({ name, type: { kind: 'varchar' }, nullable: true }))
}

export function columnNames(columns: readonly (ArtifactColumn | null)[]): readonly string[] {
  return columns.flatMap((column) => (column === null ? [] : [column.name]))
}
