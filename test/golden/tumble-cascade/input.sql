CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT window_start, MAX(n) AS most
FROM (
  SELECT window_start, window_end, auction, COUNT(*) AS n
  FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND)
  GROUP BY window_start, window_end, auction
)
GROUP BY window_start, window_end
EMIT ON WINDOW CLOSE;
