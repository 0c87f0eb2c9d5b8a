CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT auction AS id, "dateTime" AS at FROM bid WHERE price > 1000
UNION ALL
SELECT bidder, "dateTime" FROM bid WHERE bidder IS NOT NULL;
