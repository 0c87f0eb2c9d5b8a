CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT window_start, window_end, window_time, auction, COUNT(*) AS n
FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND)
WHERE price > 10 AND window_start >= TIMESTAMP '2020-01-01 00:00:00'
GROUP BY window_start, window_end, window_time, auction;
