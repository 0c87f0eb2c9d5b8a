/** What SHOW and DESCRIBE give: rows of text, ready to be printed or returned. */
export interface Listing {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}
