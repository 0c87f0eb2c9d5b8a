CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT COUNT(*) AS n, STDDEV(price) AS deviation, VAR_POP(price) AS variance FROM bid;
