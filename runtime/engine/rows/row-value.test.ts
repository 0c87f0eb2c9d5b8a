import { expect, test } from 'vitest'
import { Millrace } from '../millrace.ts'

test('texts keep a byte order mark', async () => {
  await using db = await Millrace.open()
  const texts = { short: '\ufeffa', long: '\ufeffmore than a view holds', rest: 'é\ufeff' }
  const columns = Object.entries(texts).map(([name, text]) => `'${text}' AS ${name}`)
  expect(await db.query(`SELECT ${columns.join(', ')}`)).toEqual([texts])
})
