import { describe, expect, it } from 'vitest'
import { SqlError, type Diagnostic } from '../base/diagnostic.ts'
import { columns, query, scan, source, span } from '../../test/support/plans.ts'
import type { Option, Statement } from '../plan/statement.ts'
import { declareQuery, declareSink, declareSource, type Declaring } from './declare.ts'
import { describeListing } from './describe.ts'
import { showListing } from './show.ts'
import { createObject, emptyCatalog } from './catalog.ts'

/** `CREATE SOURCE s WITH (key = 'value', ..)` with true spans. */
function sourceWith(pairs: Readonly<Record<string, string>>): {
  readonly program: string
  readonly options: readonly Option[]
} {
  let program = '  CREATE SOURCE s WITH ('
  const options = Object.entries(pairs).map(([key, value]): Option => {
    const at = (start: number, text: string) => ({ start, end: start + text.length, line: 1, column: start + 1 })
    const option = `${key} = '${value}'`
    const start = program.length
    program += `${option}, `
    return { key, value, span: at(start, option), valueSpan: at(start + key.length + 3, `'${value}'`) }
  })
  return { program: `${program});`, options }
}

const declaring: Declaring = {
  program: '',
  variables: { vars: { DIR: '/data', NESTED: '${DIR}' }, environment: { DIR: '/elsewhere', HOST: 'h' } },
  onError: 'fail',
}

type CreateSource = Statement & { readonly kind: 'create_source' }

const create = { name: 's', nameSpan: span, orReplace: false, ifNotExists: false } as const
const schema = columns('id BIGINT', 'ts TIMESTAMP?')

function declare(pairs: Readonly<Record<string, string>>, more: Partial<CreateSource> = {}) {
  const { program, options } = sourceWith(pairs)
  const statement: CreateSource = {
    ...create,
    kind: 'create_source',
    columns: schema.map((column) => ({ ...column, span })),
    primaryKey: [],
    watermark: { column: 1, processingTime: false, span },
    options,
    span: { start: 2, end: program.length - 1, line: 1, column: 3 },
    ...more,
  }
  return declareSource(statement, { ...declaring, program })
}

function refused(action: () => unknown): readonly Diagnostic[] {
  try {
    action()
  } catch (error) {
    if (error instanceof SqlError) return error.diagnostics
    throw error
  }
  throw new Error('nothing was refused')
}

describe('declareSource', () => {
  it('takes the options of every source and leaves the others to the connector', () => {
    const declared = declare({
      connector: 'FILE',
      path: 'x',
      on_error: 'skip',
      'watermark.max_ahead': '1 day 12h',
    })
    expect(declared).toMatchObject({ onError: 'skip', maxAheadMicros: 129_600_000_000 })
    expect(declared.connector).toMatchObject({ name: 'file', options: [{ key: 'path' }] })
    expect(declare({ connector: 'file', 'watermark.max_ahead': 'off' }).maxAheadMicros).toBeNull()
    expect(declare({})).toMatchObject({
      connector: null,
      onError: 'fail',
      maxAheadMicros: undefined,
    })
  })

  it('fills in variables: vars before the environment, then the default, once', () => {
    const path = (value: string): string | undefined =>
      declare({ connector: 'file', path: value }).connector?.options[0]?.value
    expect(path('${DIR}/x')).toBe('/data/x')
    expect(path('${HOST}')).toBe('h')
    expect(path('${NOWHERE:-here}/${DIR}')).toBe('here//data')
    expect(path('${NESTED}')).toBe('${DIR}')
    expect(path('$DIR {DIR}')).toBe('$DIR {DIR}')
  })

  it('reports every variable that is not set, where it stands', () => {
    const wrong = refused(() => declare({ connector: '${DIRR}', path: '${constructor}' }))
    expect(wrong).toMatchObject([
      { code: 'unknown_variable', hint: 'did you mean "DIR"?' },
      { code: 'unknown_variable', message: 'variable constructor is not set' },
    ])
  })

  it('reports every wrong value at once, at the value', () => {
    const wrong = refused(() => declare({ connector: 'file', on_error: 'ignore', 'watermark.max_ahead': '5 parsecs' }))
    expect(wrong).toMatchObject([
      {
        code: 'invalid_option_value',
        message: "option on_error cannot be 'ignore': it must be one of fail, skip, dead_letter",
      },
      { code: 'invalid_option_value' },
    ])
    expect(wrong[0]?.span?.column).toBe(56)
  })

  it('refuses what the language has for event time and this version has not', () => {
    const wrong = refused(() =>
      declare({ connector: 'file', 'idle.timeout': '5s', 'alignment.group': 'g', 'watermark.scope': 'partition' }),
    )
    expect(wrong.map(({ code, message }) => [code, message])).toEqual([
      ['unsupported_feature', 'option idle.timeout is not supported'],
      ['unsupported_feature', 'option alignment.group is not supported'],
      ['unsupported_feature', "watermark.scope = 'partition' is not supported"],
    ])
    expect(wrong.every(({ hint }) => hint !== undefined)).toBe(true)
    expect(declare({ connector: 'file', 'watermark.scope': 'source' }).connector?.options).toEqual([])
    const none = { watermark: undefined }
    expect(refused(() => declare({ connector: 'file', 'watermark.scope': 'source' }, none))[0]?.code).toBe(
      'invalid_option',
    )
  })

  it('refuses options that would mean nothing', () => {
    expect(
      refused(() => declare({ connector: 'file', 'watermark.max_ahead': '500ms' }, { watermark: undefined }))[0]?.code,
    ).toBe('invalid_option')
    expect(refused(() => declare({ path: 'x' }))[0]?.code).toBe('missing_option')
    expect(refused(() => declare({ connector: 'file', CONNECTOR: 'file' }))[0]?.code).toBe('invalid_option')
    expect(refused(() => declare({ on_error: 'skip', ON_ERROR: 'skip' }))[0]?.code).toBe('invalid_option')
    const twice = columns('a BIGINT', 'a BIGINT').map((column) => ({ ...column, span }))
    expect(refused(() => declare({}, { columns: twice }))[0]?.code).toBe('duplicate_column')
  })

  it('keeps secrets out of everything that is printed', () => {
    const declared = declare({ connector: 'file', 'sasl.password': 'hunter2', path: 'x', api_token: 'abc' })
    expect(declared.text).toBe(
      "CREATE SOURCE s WITH (connector = 'file', sasl.password = '***', path = 'x', api_token = '***', )",
    )
    const { catalog } = createObject(emptyCatalog, declared, { orReplace: false, ifNotExists: false })
    const shown = showListing({ kind: 'show', what: 'create', name: 's', span }, catalog, [])
    const described = describeListing({ kind: 'describe', name: 's', nameSpan: span, extended: true, span }, catalog)
    expect(JSON.stringify([shown, described])).not.toMatch(/hunter2|abc/)
    expect(JSON.stringify(described)).toContain('["sasl.password",null,null,"***"]')
  })
})

describe('declareQuery and declareSink', () => {
  const plan = scan(source('s', schema))

  it('refuse options that they do not know', () => {
    const { options } = sourceWith({ on_eror: 'skip' })
    const facts = { mode: { kind: 'append' }, watermarks: [], uniqueKeys: [] } as const
    const statement = { ...create, kind: 'create_stream', query: query(plan), options, span } as const
    expect(refused(() => declareQuery(statement, facts, declaring))).toMatchObject([
      { code: 'unknown_option', hint: 'did you mean "on_error"?' },
    ])
    expect(declareQuery({ ...statement, options: [] }, facts, declaring)).toMatchObject({
      reads: ['s'],
      onError: 'fail',
    })
  })

  it('need a connector for a sink', () => {
    const statement = { ...create, kind: 'create_sink', query: query(plan), options: [], span } as const
    expect(refused(() => declareSink(statement, declaring))[0]?.code).toBe('missing_option')
    const { options } = sourceWith({ connector: 'stdout', on_error: 'dead_letter' })
    expect(declareSink({ ...statement, options }, declaring)).toMatchObject({
      onError: 'dead_letter',
      connector: { name: 'stdout' },
    })
  })

  it('refuses processing time, which nothing would provide', () => {
    const watermark = { column: 1, processingTime: true, span }
    expect(refused(() => declare({}, { watermark }))).toMatchObject([{ code: 'unsupported_feature', span }])
  })
})
