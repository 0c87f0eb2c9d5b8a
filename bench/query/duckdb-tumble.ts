/** node bench/query/duckdb-tumble.ts INPUT.ndjson OUTPUT.csv: the query of tumble-file.ts by DuckDB on one thread. */
import { argv } from 'node:process'
import { DuckDBInstance } from '@duckdb/node-api'

const [, , input = '', output = ''] = argv
const columns = `{auction: 'BIGINT', bidder: 'BIGINT', price: 'BIGINT', channel: 'VARCHAR', url: 'VARCHAR', dateTime: 'TIMESTAMP', extra: 'VARCHAR'}`
const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
await connection.run(`COPY (
  SELECT time_bucket(INTERVAL '10' SECOND, "dateTime") AS w, auction, count(*) AS n, sum(price) AS total, avg(price) AS mean, min(price) AS low, max(price) AS high
  FROM read_json('${input}', format = 'newline_delimited', columns = ${columns}) GROUP BY 1, 2
) TO '${output}' (HEADER)`)
