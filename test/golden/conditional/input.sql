CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT CASE WHEN price > 100 THEN 'big' WHEN price IS NULL THEN NULL ELSE 'small' END AS size, COALESCE(channel, 'none') AS channel, price IN (1, 2, 3) AS few, price BETWEEN 5 AND 7 AS some FROM bid;
