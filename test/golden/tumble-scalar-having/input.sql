CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT window_start, auction, COUNT(*) AS n
FROM bid
GROUP BY TUMBLE("dateTime", INTERVAL '1' HOUR, INTERVAL '15' MINUTE), auction
HAVING COUNT(*) > 2;
