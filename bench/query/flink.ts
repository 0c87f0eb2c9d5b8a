import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The query of tumble-file.ts for Flink's SQL client, in its own process, into a blackhole. */
export function flinkCommand(flinkHome: string, input: string): readonly string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-bench-flink-')), 'query.sql')
  writeFileSync(file, flinkSql(input))
  return ['bash', join(flinkHome, 'bin', 'sql-client.sh'), '-f', file]
}

function flinkSql(input: string): string {
  return `SET 'execution.target' = 'local';
SET 'rest.port' = '0';
SET 'rest.bind-port' = '0';
SET 'table.dml-sync' = 'true';
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '2 s';
SET 'table.exec.mini-batch.size' = '50000';
CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP_LTZ(3), extra STRING,
  WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '4' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'file://${input}', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601');
CREATE TABLE nowhere (w TIMESTAMP(3), auction BIGINT, n BIGINT, total BIGINT, mean BIGINT, low BIGINT, high BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO nowhere SELECT window_start, auction, COUNT(*), SUM(price), AVG(price), MIN(price), MAX(price)
  FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, auction;
`
}
