import { expect, test } from 'vitest'
import { columnsOf, declare } from '../../test/support/connect/source-context.ts'
import { parseInputFormat, parseOutputFormat } from './format-options.ts'

test('a text for NULL that reads as fields or quotes is refused', () => {
  for (const parse of [parseInputFormat, parseOutputFormat])
    for (const options of [{ null: 'a,b' }, { null: '"' }, { null: 'N|A', delimiter: '|' }, { null: "'", quote: "'" }])
      expect(() => parse(declare(columnsOf('a BIGINT'), {}, { name: 'csv', options }))).toThrow(
        expect.objectContaining({ code: 'invalid_option' }),
      )
})
