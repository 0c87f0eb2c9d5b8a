/** The kernel suite as SQL. Columns: bench/lib/data.ts; bids: the Nexmark stream. */
export const columnsOfT = `k16 BIGINT NOT NULL, k1k BIGINT NOT NULL, k1m BIGINT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL,
  x DOUBLE NOT NULL, y DOUBLE NOT NULL, d DECIMAL(38, 4) NOT NULL, ts TIMESTAMP NOT NULL, s VARCHAR NOT NULL`

export const caseSql: Readonly<Record<string, string>> = {
  filter: 'SELECT a, x FROM t WHERE a > 500000 AND b < 300000',
  project: 'SELECT a * 3 + b AS p, x * 2.5e0 + y AS q FROM t',
  string: `SELECT count(*) AS n FROM t WHERE s LIKE 'item-1%' OR s = 'alpha-beta-gamma-17'`,
  'sum-bigint': 'SELECT sum(a) AS total FROM t',
  'sum-decimal': 'SELECT sum(d) AS total FROM t',
  'group-16': 'SELECT k16 AS k, count(*) AS n, sum(a) AS total, min(a) AS low, max(a) AS high FROM t GROUP BY k16',
  'group-1k': 'SELECT k1k AS k, count(*) AS n, sum(a) AS total, min(a) AS low, max(a) AS high FROM t GROUP BY k1k',
  'group-1m': 'SELECT k1m AS k, count(*) AS n, sum(a) AS total, min(a) AS low, max(a) AS high FROM t GROUP BY k1m',
  tumble: `SELECT window_start AS w, k1k AS k, count(*) AS n, sum(a) AS total, min(a) AS low, max(a) AS high
    FROM TUMBLE(t, ts, INTERVAL '10' SECOND) GROUP BY window_start, k1k`,
  json: 'SELECT auction, price, "dateTime" FROM bid',
  csv: 'SELECT auction, price, "dateTime" FROM bid',
}

export const bidColumns =
  'auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR, "dateTime" TIMESTAMP NOT NULL, extra VARCHAR'
