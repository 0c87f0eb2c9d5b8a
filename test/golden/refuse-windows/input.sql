CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT COUNT(*) FROM bid GROUP BY TUMBLE("dateTime", INTERVAL '0' SECOND);
SELECT COUNT(*) FROM bid GROUP BY TUMBLE(price, INTERVAL '1' SECOND);
SELECT COUNT(*) FROM bid GROUP BY TUMBLE("dateTime", INTERVAL '1' SECOND), TUMBLE("dateTime", INTERVAL '2' SECOND);
SELECT COUNT(*) FROM bid GROUP BY TUMBLE("dateTime", INTERVAL '1 month 1 day');
