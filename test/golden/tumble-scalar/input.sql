CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT TUMBLE("dateTime", INTERVAL '10' SECOND) AS opened, window_end, auction, COUNT(*) AS n, SUM(price), AVG(price), MIN(price), MAX(price)
FROM bid
GROUP BY TUMBLE("dateTime", INTERVAL '10' SECOND), auction;
