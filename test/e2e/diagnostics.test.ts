import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'

/** SQL whose only mistake is the text between the arrows, for codes that are raised after planning. */
const mistakes: readonly (readonly [code: string, sql: string])[] = [
  ['invalid_regex', `SELECT >>channel ~ '('<< AS bad FROM bid`],
  ['invalid_regex', `SELECT >>REGEXP_LIKE(channel, 'a{2,1}')<< AS bad FROM bid`],
]

interface Placed {
  readonly code: string
  readonly span: { readonly start: number; readonly end: number } | null
}

async function diagnosticsOf(sql: string): Promise<readonly Placed[]> {
  await using db = await Millrace.open()
  try {
    await db.execute('CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT, channel TEXT)')
    await db.explain(sql)
    return []
  } catch (error) {
    return (error as { readonly diagnostics: readonly Placed[] }).diagnostics
  }
}

describe('an error shows the place', () => {
  it.for(mistakes)('%s: %s', async ([code, marked]) => {
    const start = marked.indexOf('>>')
    const sql = marked.replace('>>', '').replace('<<', '')
    const found = await diagnosticsOf(sql)
    const places = found.map((diagnostic) => [diagnostic.code, sql.slice(diagnostic.span?.start, diagnostic.span?.end)])
    expect(places).toEqual([[code, sql.slice(start, marked.indexOf('<<') - 2)]])
  })
})
