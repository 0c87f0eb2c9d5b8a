/** Codes that no test can provoke yet, with the reason. */
export const unprovokable: Readonly<Record<string, string>> = {
  ambiguous_column: 'needs two relations in FROM, and joins are refused before names are looked up',
}
