-- An online auction (the Nexmark model): who bids how much on what, per ten seconds of event time.
-- Run it:  npx millrace run docs/examples/auctions.sql

CREATE SOURCE bid (
  auction    BIGINT NOT NULL,
  bidder     BIGINT NOT NULL,
  price      BIGINT NOT NULL,
  channel    TEXT,
  "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '2' SECOND
) WITH (connector = 'nexmark', stream = 'bid', events = 200000, seed = 1, first_event_rate = 10000);

-- A row appears when its window closes, which is when the watermark has passed the window's end.
CREATE STREAM busy_auctions AS
  SELECT window_start, auction, COUNT(*) AS bids, MIN(price) AS lowest, AVG(price) AS average, MAX(price) AS highest
  FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND)
  WHERE price > 1000
  GROUP BY window_start, window_end, auction
  HAVING COUNT(*) >= 400;

-- The last statement's rows are printed.
SELECT * FROM busy_auctions;
