CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
CREATE STREAM per_window AS
SELECT window_start, window_end, auction, COUNT(*) AS n
FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND)
GROUP BY window_start, window_end, auction;
CREATE MATERIALIZED VIEW totals AS SELECT auction, SUM(n) AS n FROM per_window GROUP BY auction;
CREATE SINK out AS SELECT * FROM totals WHERE n > 5 FORMAT JSON WITH (connector = 'stdout');
