CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT auction, price * 2 AS double, upper(channel) AS channel FROM bid WHERE price > 100 AND channel LIKE 'a%';
