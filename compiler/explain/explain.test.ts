import { parse } from 'acorn'
import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../runtime/abi/artifact.ts'
import type { Span } from '../../sql/base/span.ts'
import {
  aggregate,
  aggregateCall,
  binary,
  bigint,
  catalogOf,
  column,
  columns,
  filter,
  project,
  query,
  scan,
  source,
} from '../../test/support/plans.ts'
import { compileQuery } from '../compile.ts'
import { explain, type ExplainFormat } from './explain.ts'
import type { ExplainedStatement } from './explained.ts'
import { servedSql } from './library-uses.ts'
import type { WasmCode } from './units.ts'

const hostile = `</script><img src=x onerror=alert(1)>"'\\ \u2028`
const schema = columns('k BIGINT', 'v BIGINT').map((each, index) => (index === 0 ? { ...each, name: hostile } : each))
const input = source('bid', schema)
const program = "SET a = 1; SELECT k, sum(v) FROM bid WHERE v > 1 GROUP BY k; -- password = 'hunter2'"
const at = (text: string): Span => {
  const start = program.indexOf(text)
  return { start, end: start + text.length, line: 1, column: start + 1 }
}

function statement(more: Partial<ExplainedStatement> = {}): ExplainedStatement {
  const kept = { ...filter(scan(input), binary('greater', column(scan(input), 1), bigint(1))), span: at('v > 1') }
  const grouped = aggregate(kept, { k: column(kept, 0) }, { sum: aggregateCall('sum', 'BIGINT', column(kept, 1)) })
  const plan = project(
    { ...grouped, span: at('GROUP BY k') },
    { [hostile]: column(grouped, 0), total: column(grouped, 1) },
  )
  const compiled = compileQuery(query(plan), catalogOf(input), {
    settings: { unbounded_state: 'allow' },
    isNative: () => true,
  })
  return {
    program,
    span: at('SELECT k, sum(v) FROM bid WHERE v > 1 GROUP BY k'),
    secrets: [],
    compiled,
    artifact,
    units: artifact.units.map((unit) => ({ name: unit.name, unit })),
    wasm: [wasmCode],
    analysis: null,
    ...more,
  }
}

const artifact: Artifact = {
  engineVersion: '0',
  abiVersion: 1,
  hash: '',
  pipelines: [],
  units: [
    {
      name: 'unit',
      constantCount: 0,
      constants: [],
      scratchSizeBytes: 0,
      javascript: "'use strict'\nif (a < b) {\n}",
      kernel: null,
      marks: [{ line: 2, planNode: 2, operator: 'filter', span: at('v > 1') }],
      spans: [],
      generateMicros: 12,
    },
  ],
  constants: [],
  sites: [],
}

const wasmCode: WasmCode = {
  name: 'unit',
  text: '(module\n (func $function_run\n  ;; plan 2 filter 1:34\n  (nop)\n )\n (func $native_string_equal))',
  marks: [{ line: 3, planNode: 2, span: at('v > 1') }],
  imports: [
    { name: 'pattern_match', called: 'always' },
    { name: 'string_equal', called: 'cases' },
  ],
  sizeBytes: 1234,
  unoptimizedSizeBytes: 5678,
  compileMicros: 90,
}

const show = (
  format: ExplainFormat,
  levels: Parameters<typeof explain>[1]['levels'],
  more: Partial<ExplainedStatement> = {},
): string => explain([statement(more)], { format, levels })

describe('text', () => {
  it('shows the stream plan unless told otherwise, with everything that is known of each edge', () => {
    const text = show('text', [])
    expect(text).toMatch(/^Stream plan\n {2}#4 project/)
    expect(text).toContain('mode: retract | emit: changes | key:')
    expect(text).toContain('state: UNBOUNDED: grows with the number of different')
    expect(text).not.toContain('Logical plan')
  })

  it('marks each block of code with its plan node', () => {
    expect(show('text', ['code']).split('\n').slice(1)).toEqual([
      "     | 'use strict'",
      '  #2 | if (a < b) {',
      '     | }',
    ])
  })

  it('adds the figures of a run to the pipelines', () => {
    const cold = { reason: 'not hot', calls: [], compileMillis: 0, codeBytes: 0, swaps: 0, deoptimisations: 0 }
    const hot = {
      reason: 'hot',
      calls: ['json_record', 'regex_count'],
      compileMillis: 93.4,
      codeBytes: 5010,
      swaps: 2,
      deoptimisations: 1,
    }
    const figures = {
      pipeline: 0,
      tier: { tier: 'javascript', ...cold },
      rowsIn: 1000,
      rowsOut: 10,
      nanosPerRow: 51.7,
    } as const
    const compiled = { compiles: 1, compileFailures: 1, compileMillis: 93.4, codeBytes: 5010 }
    const analysis = {
      elapsedMicros: 1500,
      code: { origin: 'compiled' as const, micros: 3210 },
      pipelines: [{ ...figures, stateSizeBytes: 65_536, groupCount: 10, lateRows: 0, rowErrors: 2 }],
      sources: [{ source: 'bid', tier: { tier: 'wasm', ...hot }, rowsIn: 1200, rowsOut: 1000 }],
      encoders: [{ sink: 'out', tier: { tier: 'wasm', ...hot, calls: ['write_f64'] }, rows: 10 }],
      tiers: { ...compiled, swaps: 2, deoptimisations: 1, swapMillis: 0.4, swapMillisMax: 0.3 },
    } as const
    const text = show('text', [], { analysis })
    expect(text).toContain('javascript tier, 1,000 rows in, 10 out, 52 ns per row, state 64.0 KiB, 10 groups, 2 errors')
    expect(text).toContain('Elapsed: 1.5 ms')
    const source =
      'bid: 1,200 rows in, 1,000 out, wasm tier: hot; calls json_record (reading JSON), regex_count (regexp_count); compiled in 93 ms to 4.9 KiB; 2 swaps; 1 deoptimisation'
    const counters =
      '1 compile in 93 ms beside the queries, 4.9 KiB of code, 1 failed, 2 swaps in 0.40 ms, 0.30 at most, 1 deoptimisation'
    for (const shown of [text, show('html', [], { analysis })]) {
      expect(shown).toContain('javascript tier: not hot')
      expect(shown).toContain(source)
      expect(shown).toContain('out: 10 rows encoded, wasm tier: hot; calls write_f64 (writing CSV and JSON); compiled')
      expect(shown).toContain(counters)
    }
    const { statements } = JSON.parse(show('json', [], { analysis })) as { statements: [{ analyze: object }] }
    expect(statements[0].analyze).toEqual(analysis)
  })
})

describe('json', () => {
  it('has a member for each level that was asked for', () => {
    const parsed = JSON.parse(show('json', ['all'])) as { readonly statements: readonly Record<string, unknown>[] }
    const [first] = parsed.statements
    expect(Object.keys(first ?? {})).toEqual(['sql', 'span', 'logical', 'stream', 'pipelines', 'state', 'units'])
    expect(first?.['sql']).toBe('SELECT k, sum(v) FROM bid WHERE v > 1 GROUP BY k')
    expect((first as { units: object[] }).units[0]).toEqual({
      name: 'unit',
      language: 'javascript',
      tier: 'javascript',
      source: artifact.units[0]?.javascript,
      marks: [{ line: 2, planNode: 2, span: at('v > 1') }],
      bytes: 27,
      compileMicros: 12,
    })
    expect(first?.['stream']).toMatchObject({
      id: 4,
      operator: 'project',
      mode: 'retract',
      inputs: [{ operator: 'aggregate' }],
    })
    const only = JSON.parse(show('json', ['logical'])) as { readonly statements: readonly object[] }
    expect(Object.keys(only.statements[0] ?? {})).toEqual(['sql', 'span', 'logical'])
  })
})

describe('dot', () => {
  it('lets no name out of its label', () => {
    const dot = show('dot', ['logical', 'stream', 'pipelines'])
    expect(dot).toContain('\\"')
    const withoutStrings = dot.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    expect(withoutStrings).not.toMatch(/script|alert/)
    expect(withoutStrings).toMatch(/s0_stream_0 -> s0_stream;/)
  })
})

describe('html', () => {
  const page = show('html', ['all'])

  it('is one page that loads nothing', () => {
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).not.toMatch(/<[^>]*\b(?:src|href)=|@import|url\(/)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('has a script that parses', () => {
    const script = /<script>([^]*)<\/script>/.exec(page)?.[1] ?? ''
    expect(parse(script, { ecmaVersion: 'latest' }).body).not.toEqual([])
  })

  it('lets no name become markup', () => {
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
  })

  it('ties operators to their SQL and their code', () => {
    const sql = 'SELECT k, sum(v) FROM bid WHERE v &gt; 1 GROUP BY k'
    expect(page).toContain(`<pre class="sql">${sql}</pre>`)
    const start = 'SELECT k, sum(v) FROM bid WHERE '.length
    expect(page).toContain(`data-node="2" data-start="${start}" data-end="${start + 5}"`)
    expect(page).toContain('<li data-line="2" data-node="2">if (a &lt; b) {</li>')
    expect(page).toContain('<li data-line="1">&#39;use strict&#39;</li>')
  })

  it('is a tree that the keyboard can walk', () => {
    expect(page.match(/role="tree"/g)).toHaveLength(2)
    expect(page.match(/tabindex="0"/g)).toHaveLength(2)
  })
})

describe('secrets', () => {
  it('are hidden, and the places behind them stay right', () => {
    const whole = { ...at('SET'), start: 0, end: program.length }
    const page = show('html', ['stream'], { span: whole, secrets: [at("'hunter2'")] })
    expect(page).not.toContain('hunter2')
    expect(page).toContain('password = &#39;***&#39;')
    const behind = show('json', ['stream'], { span: whole, secrets: [at('a = 1')] })
    expect((JSON.parse(behind) as { statements: { sql: string }[] }).statements[0]?.sql).toMatch(
      /^SET '\*\*\*'; SELECT/,
    )
    const moved = show('html', ['stream'], { span: whole, secrets: [at('a = 1')] })
    expect(moved).toContain(`data-start="${program.indexOf('v > 1')}"`)
  })
})

describe('WebAssembly', () => {
  it('is text with its plan nodes, its sizes and what it calls', () => {
    expect(show('text', ['wasm'])).toBe(
      [
        'Code of unit (WebAssembly, 1,234 bytes, 5,678 before optimisation, compiled in 0.1 ms)',
        '  calls pattern_match: LIKE, ILIKE, SIMILAR TO, ~',
        '  calls string_equal: equality of strings (rare cases)',
        '     | (module',
        '     |  (func $function_run',
        '  #2 |   ;; plan 2 filter 1:34',
        '     |   (nop)',
        '     |  )',
        '     |  (func $native_string_equal))',
      ].join('\n'),
    )
  })

  it('is a unit among the others in JSON', () => {
    const { statements } = JSON.parse(show('json', ['all'])) as {
      statements: [{ units: [object, { imports: object[] }] }]
    }
    const { imports, ...unit } = statements[0].units[1]
    expect(unit).toEqual({
      name: 'unit',
      language: 'wat',
      tier: 'wasm',
      source: wasmCode.text,
      marks: [{ line: 3, planNode: 2, span: at('v > 1') }],
      bytes: 1234,
      bytesUnoptimized: 5678,
      compileMicros: 90,
    })
    expect(imports[0]).toEqual({ name: 'pattern_match', called: 'always', serves: 'LIKE, ILIKE, SIMILAR TO, ~' })
  })

  it('belongs to plan nodes on the page, up to the end of the function', () => {
    const page = show('html', ['all'])
    expect(page).toContain('<li data-line="2" data-node="2">if (a &lt; b) {</li>')
    expect(page).toContain('<li data-line="4" data-node="2">  (nop)</li>')
    expect(page).toContain('<li data-line="6"> (func $native_string_equal))</li>')
    expect(page).toContain('<li>calls pattern_match: LIKE, ILIKE, SIMILAR TO, ~</li>')
  })

  it('leaves DOT as it is', () => {
    expect(show('dot', ['wasm'])).toBe(show('dot', ['code']))
  })
})

describe('what library functions serve', () => {
  it.each([
    ['string_upper', 'upper'],
    ['f64_sin', 'sin'],
    ['i64_gcd', 'gcd'],
    ['text_to_date', 'CAST, values in JSON and CSV'],
    ['decimal_to_f64', 'CAST, AVG'],
    ['decode_clean_csv', 'reading CSV'],
    ['decode_clean', 'reading JSON'],
    ['date_to_text', 'CAST'],
    ['decimal64_round', 'round'],
    ['decimal_to_i64', 'CAST'],
    ['decimal_add', 'DECIMAL arithmetic'],
    ['table_insert', 'rows of state'],
    ['json_record', 'reading JSON'],
    ['write_json_text', 'writing CSV and JSON'],
    ['quote_csv', 'writing CSV and JSON'],
    ['regex_replace', 'regexp_replace'],
    ['make_date', 'make_date'],
  ])('%s: %s', (name, sql) => {
    expect(servedSql(name)).toBe(sql)
  })
})
