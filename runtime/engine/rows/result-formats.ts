import type { OutputFormat } from '../../abi/format.ts'

/** How results are printed: as sinks without options of their format write rows. */
export const resultFormats = {
  json: { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false },
  csv: {
    kind: 'csv',
    changelog: 'auto',
    csv: { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '' },
  },
} as const satisfies Record<'json' | 'csv', OutputFormat>
