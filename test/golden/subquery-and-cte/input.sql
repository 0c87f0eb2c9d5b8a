CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
WITH expensive AS (SELECT auction, price / 100 AS dollars FROM bid WHERE price > 10000)
SELECT auction, dollars + 1 AS more FROM (SELECT * FROM expensive) AS e WHERE dollars < 5000;
