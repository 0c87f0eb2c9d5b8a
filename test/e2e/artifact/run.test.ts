import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { must } from '../../../sql/base/assert.ts'
import { compiled, compiledTogether, keptFolder, runArtifact } from '../../support/artifact.ts'
import { runCli, tryCommands, type CliResult } from '../../support/run-cli.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const examples = join(root, 'docs/examples')

/** What the examples leave out; each is small, and says something about how statements run one after the other. */
const programs: Readonly<Record<string, string>> = {
  'a query over nothing': "SELECT 1 + 1 AS two, upper('ä') AS upper, NULL AS nothing",
  'rows pushed by INSERT, seen by a view': `
    CREATE SOURCE payment (account VARCHAR, amount DECIMAL(12, 2));
    CREATE MATERIALIZED VIEW balance AS SELECT account, sum(amount) AS total, count(*) AS n FROM payment GROUP BY account;
    INSERT INTO payment VALUES ('ann', 12.50), ('bob', 3.25), ('ann', -2.50);
    SELECT * FROM balance`,
  'SELECTs in the middle read a source again, with columns of their own': `
    CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR)
      WITH (connector = 'nexmark', stream = 'bid', events = 2000, seed = 5);
    SELECT count(*) AS n FROM bid;
    CREATE STREAM dear AS SELECT auction, price FROM bid WHERE price > 50000000;
    SELECT max(price) AS highest FROM dear;
    SELECT channel, count(*) AS n FROM bid GROUP BY channel`,
  'a changing result': `
    CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 300, seed = 5);
    SELECT auction % 3 AS third, count(*) AS n FROM bid GROUP BY auction % 3`,
  'a function that DataFusion computes': `
    CREATE SOURCE word (w VARCHAR);
    CREATE MATERIALIZED VIEW hashed AS SELECT w, md5(w || '!') AS hash FROM word;
    INSERT INTO word VALUES ('a'), (NULL), ('bc');
    SELECT * FROM hashed`,
  'SHOW and DESCRIBE': 'CREATE SOURCE s (a BIGINT NOT NULL, b VARCHAR); SHOW SOURCES; DESCRIBE s',
  'objects that are dropped and replaced': `
    CREATE SOURCE s (a BIGINT);
    CREATE STREAM t AS SELECT a + 1 AS b FROM s;
    DROP STREAM t;
    CREATE OR REPLACE SOURCE s (a BIGINT, c BIGINT);
    CREATE SOURCE IF NOT EXISTS s (x VARCHAR);
    CREATE MATERIALIZED VIEW v AS SELECT a * c AS product FROM s;
    INSERT INTO s VALUES (6, 7);
    SELECT * FROM v`,
  'a connector whose source is made anew with fewer columns': `
    CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR)
      WITH (connector = 'nexmark', stream = 'bid', events = 200, seed = 5);
    CREATE STREAM s AS SELECT channel FROM bid;
    DROP SOURCE bid CASCADE;
    CREATE SOURCE bid (auction BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 200, seed = 5);
    SELECT sum(auction) AS total FROM bid`,
  'rows that are refused': `
    SET on_error = 'skip';
    CREATE SOURCE n (a BIGINT);
    CREATE MATERIALIZED VIEW v AS SELECT 10 / a AS q FROM n;
    INSERT INTO n VALUES (5), (0), (2);
    SELECT * FROM v`,
  'an error while it runs': `CREATE SOURCE n (a BIGINT);
    CREATE MATERIALIZED VIEW v AS
      SELECT 10 / a AS q FROM n;
    INSERT INTO n VALUES (0);
    SELECT * FROM v`,
  'names that are no file names': `
    CREATE SOURCE "../a/b\`*/" ("__proto__" BIGINT, "c\`\${d}" VARCHAR);
    CREATE MATERIALIZED VIEW "v\u2028;" AS SELECT "__proto__" AS "constructor", "c\`\${d}" AS "x'y" FROM "../a/b\`*/";
    INSERT INTO "../a/b\`*/" VALUES (1, '\${HOME}');
    SELECT * FROM "v\u2028;"`,
}

describe('a compiled program', () => {
  const inputs: Readonly<Record<string, string>> = {
    'stdin.sql': '{"path":"/a","millis":700}\n{"path":"/b","millis":3}\n',
  }

  const names = readdirSync(examples).filter((name) => name.endsWith('.sql'))
  const folder = keptFolder()
  let artifacts: ReadonlyMap<string, string>
  let runs: ReadonlyMap<string, CliResult>
  beforeAll(async () => {
    const files = names.map((name) => [name, readFileSync(join(examples, name), 'utf8')] as const)
    artifacts = await compiledTogether({ ...Object.fromEntries(files), ...programs }, folder)
    const entries = Object.entries(programs)
    const results = await tryCommands(entries.map(([, program]) => ['run', '-e', program, '--format', 'ndjson']))
    runs = new Map(entries.map(([name], index) => [name, must(results[index])]))
  })

  it.for(names)('prints what run prints: %s', async (name) => {
    const artifact = must(artifacts.get(name))
    const input = inputs[name] ?? ''
    const written: string[] = []
    const outputs = []
    for (const tier of ['run', 'auto', 'javascript']) {
      const out = join(folder, `${name}-${tier}.ndjson`)
      const flags = ['--var', `OUT=${out}`, '--format', 'ndjson']
      outputs.push(
        tier === 'run'
          ? await runCli(['run', join(examples, name), ...flags], { input })
          : await runArtifact(artifact, [...flags, '--tier', tier], { input, cwd: root }),
      )
      written.push(readText(out))
    }
    const [run, auto, javascript] = outputs
    expect(run?.status).toBe(0)
    expect([auto, javascript]).toEqual([run, run])
    expect(new Set(written).size).toBe(1)
  })

  it.for(Object.entries(programs))('prints what run prints: %s', async ([name]) => {
    const artifact = must(artifacts.get(name))
    const run = must(runs.get(name))
    expect(`${run.stdout}${run.stderr}`).not.toBe('')
    for (const tier of ['auto', 'javascript']) {
      const { status, stdout, stderr } = await runArtifact(artifact, ['--tier', tier, '--format', 'ndjson'])
      expect({ status, stdout }).toEqual({ status: run.status, stdout: run.stdout })
      expect(stderr.replace(join(artifact, 'program.sql'), '<command line>')).toBe(run.stderr)
    }
  })

  it('has the formats and limits of run', async () => {
    const program = `CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL)
      WITH (connector = 'nexmark', stream = 'bid', events = 1000, seed = 5); SELECT * FROM bid`
    const artifact = await compiled(program)
    for (const flags of [
      ['--format', 'csv', '--limit', '7'],
      ['--format', 'table'],
      ['--format', 'json', '--limit', '2'],
    ]) {
      const run = await runCli(['run', '-e', program, ...flags])
      expect(await runArtifact(artifact, flags)).toEqual(run)
    }
    const failing = `CREATE SOURCE n (a BIGINT); CREATE MATERIALIZED VIEW v AS SELECT 1 / a AS b FROM n; INSERT INTO n VALUES (0); SELECT * FROM v`
    const failed = await runCli(['run', '-e', failing, '--format', 'json'])
    expect(failed.stderr).toContain('"span":{"start":')
    expect(await runArtifact(await compiled(failing), ['--format', 'json'])).toEqual(failed)
    const arrow = await runArtifact(artifact, ['--format', 'arrow', '--limit', '3'])
    expect(arrow.status).toBe(0)
    expect(arrow.stdout.length).toBeGreaterThan(100)
  })
})

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
