CREATE SOURCE bid (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price BIGINT,
  channel VARCHAR,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '5' SECOND
) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT a.auction FROM bid AS a JOIN bid AS b ON a.auction = b.auction;
SELECT auction FROM bid ORDER BY price LIMIT 10;
SELECT auction, ROW_NUMBER() OVER (PARTITION BY channel ORDER BY price) FROM bid;
SELECT auction, COUNT(*) FROM bid GROUP BY HOP("dateTime", INTERVAL '1' SECOND, INTERVAL '10' SECOND), auction;
SELECT auction FROM bid EMIT FINAL;
