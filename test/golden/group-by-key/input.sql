CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT channel, COUNT(*) AS n, COUNT(DISTINCT bidder) AS bidders, SUM(price) FILTER (WHERE price > 10) AS big, BOOL_OR(price > 100) AS any_big
FROM bid GROUP BY channel;
