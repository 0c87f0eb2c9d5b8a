import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Millrace } from '../../../index.ts'
import { bundleRuntime } from '../../../bin/bundle-runtime.ts'
import { compileProgram } from '../../../runtime/engine/artifact/compile-program.ts'
import { compiled, compiledByCommand, errorOf, keptFolder, runArtifact, runNode } from '../../support/artifact.ts'
import { runCli } from '../../support/run-cli.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

describe('compile', () => {
  const folder = keptFolder()

  it('gives the same bytes wherever and whenever it runs', async () => {
    const program = readFileSync(join(root, 'docs/examples/files.sql'), 'utf8')
    const here = await compiledByCommand(program, {
      environment: { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', OUT: '/a', HOME: folder },
    })
    const there = await compiledByCommand(program, { environment: { TZ: 'America/New_York', LC_ALL: 'C', OUT: '/b' } })
    const paths = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path))
    expect(paths.length).toBeGreaterThan(15)
    for (const path of paths) {
      const [first, second] = await Promise.all([readFile(join(here, path)), readFile(join(there, path))])
      expect(first.equals(second), path).toBe(true)
      // packages in the runtime may have such words in their comments
      expect(!path.startsWith('runtime') && (first.includes(root) || first.includes(here)), path).toBe(false)
    }
  })

  it('carries a runtime without planner, compiler and code generators', async () => {
    const { inputs } = await bundleRuntime()
    const rooms = inputs.filter(
      (path) => /^(compiler|codegen|index)\b/.test(path) || /binaryen|acorn|astring|full-toolchain/.test(path),
    )
    expect(rooms).toEqual([])
    // the planner's module computes functions that have no kernel, for programs that call them
    expect(inputs.filter((path) => path.startsWith('sql/planner/')).toSorted()).toEqual([
      'sql/planner/compile-module.ts',
      'sql/planner/decode.ts',
      'sql/planner/evaluator.ts',
      'sql/planner/instance.ts',
      'sql/planner/planner.generated.ts',
      'sql/planner/planner.ts',
      'sql/planner/positions.ts',
      'sql/planner/unpack.ts',
    ])
  })

  it('is there for programs, too', async () => {
    await using db = await Millrace.open()
    const made = await db.compile('SELECT 6 * 7 AS answer')
    expect([...made.files.keys()]).toEqual(
      expect.arrayContaining(['main.mjs', 'index.mjs', 'manifest.json', 'units/01-0.wasm']),
    )
    await made.write(join(folder, 'from-api'))
    expect((await runArtifact(join(folder, 'from-api'))).stdout).toBe('{"answer":42}\n')
  })

  it('refuses EXPLAIN, which would show what is not there', async () => {
    await expect(compileProgram('EXPLAIN SELECT 1', {})).rejects.toMatchObject({ code: 'not_compilable' })
  })

  it('leaves variables open: they are taken when it runs, and checked against the code', async () => {
    const program = `CREATE SOURCE t (a VARCHAR, b VARCHAR) FORMAT CSV (delimiter = '\${D:-,}') WITH (connector = 'file', path = '\${IN}');
      SELECT a, b FROM t`
    const artifact = await compiled(program)
    const input = join(root, 'docs/examples/data/temperatures.csv')
    const missing = await runArtifact(artifact)
    expect([missing.status, missing.stderr]).toEqual([2, errorOf('unknown_variable')])
    const other = await runArtifact(artifact, ['--var', `IN=${input}`, '--var', 'D=;'])
    expect([other.status, other.stderr]).toEqual([2, errorOf('compiled_option')])
    const flags = ['--var', `IN=${input}`]
    const run = await runCli(['run', '-e', program, ...flags])
    const there = await runArtifact(artifact, [], { environment: { IN: input } })
    expect([there.status, there.stdout]).toEqual([run.status, run.stdout])

    // an option that says what kind of code is needed cannot stay open
    await expect(
      compileProgram("CREATE SOURCE s (a INT) WITH (connector = 'datagen', rows = '${ROWS}'); SELECT a FROM s", {}),
    ).rejects.toMatchObject({
      diagnostics: [
        { code: 'invalid_option_value', hint: expect.stringContaining('compile it with --var ROWS=..') as unknown },
      ],
    })

    const sink = await compiled(`CREATE SOURCE s (a BIGINT);
      CREATE SINK k AS SELECT a, count(*) AS n FROM s GROUP BY a
        FORMAT CSV (changelog = '\${FORM:-weight}', delimiter = '\${D:-,}') WITH (connector = 'file', path = '\${OUT}')`)
    const plain = await runArtifact(sink, ['--var', `OUT=${join(folder, 'x')}`, '--var', 'FORM=auto'])
    expect([plain.status, plain.stderr]).toEqual([2, errorOf('compiled_option')])
    const apart = await runArtifact(sink, ['--var', `OUT=${join(folder, 'x')}`, '--var', 'D=;'])
    expect([apart.status, apart.stderr]).toEqual([2, errorOf('compiled_option')])
  })

  it('has used some settings already; the others can still be changed', async () => {
    const division = `CREATE SOURCE n (a BIGINT); CREATE MATERIALIZED VIEW v AS SELECT 10 / a AS q FROM n;
      INSERT INTO n VALUES (5), (0), (2); SELECT * FROM v`
    const artifact = await compiled(division)
    const late = await runArtifact(artifact, ['--set', 'unbounded_state=error'])
    expect([late.status, late.stderr]).toEqual([2, errorOf('compiled_setting')])
    const unknown = await runArtifact(artifact, ['--set', 'onerror=skip'])
    expect([unknown.status, unknown.stderr]).toEqual([2, errorOf('unknown_setting')])
    expect((await runArtifact(artifact)).status).toBe(1)
    const skipping = await runArtifact(artifact, ['--set', 'on_error=skip'])
    expect([skipping.status, skipping.stdout]).toEqual([0, '{"q":2}\n{"q":5}\n'])
    const compiledSo = await compiledByCommand(division, { flags: ['--set', 'on_error=skip'] })
    expect(await runArtifact(compiledSo)).toEqual(skipping)
    expect((await runArtifact(compiledSo, ['--set', 'on_error=fail'])).status).toBe(1)
    const interpreter = await runArtifact(artifact, ['--tier', 'interpreter'])
    expect([interpreter.status, interpreter.stderr]).toEqual([2, errorOf('invalid_command_line')])
    expect((await runArtifact(artifact, ['--nope'])).stderr).toContain('hint: main.mjs --help lists flags')
  })

  it('points from generated code into the program', async () => {
    const artifact = await compiled(`CREATE SOURCE n (a BIGINT);\n\nSELECT a + 1 AS b\nFROM n WHERE a > 3`)
    // every line of every unit, except of the engine's own statement, which is in no program
    const script = `import { SourceMap } from 'node:module'
      import { readFileSync } from 'node:fs'
      const places = (unit) => {
        const read = (file) => readFileSync(${JSON.stringify(artifact)} + '/units/' + unit + file, 'utf8')
        const map = new SourceMap(JSON.parse(read('.mjs.map')))
        const entries = read('.mjs').trim().split('\\n').map((_, line) => map.findEntry(line, 0))
        return [...new Set(entries.map((entry) => entry.originalSource + ':' + (entry.originalLine + 1)))].sort().join(' ')
      }
      console.log(JSON.stringify(['01-0', '02-0'].map(places)))`
    const { stdout } = await runNode(['--input-type=module', '-e', script])
    expect(JSON.parse(stdout)).toEqual(['../program.sql:1', '../program.sql:3 ../program.sql:4'])
  })
})
