-- Two streams of events as one: who did anything, per ten seconds.
-- Run it:  npx millrace run docs/examples/union.sql

CREATE SOURCE bid (bidder BIGINT NOT NULL, "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '2' SECOND
) WITH (connector = 'nexmark', stream = 'bid', events = 20000, seed = 1, first_event_rate = 1000);

CREATE SOURCE auction (seller BIGINT NOT NULL, "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '2' SECOND
) WITH (connector = 'nexmark', stream = 'auction', events = 20000, seed = 1, first_event_rate = 1000);

CREATE STREAM activity AS
  SELECT bidder AS person, 'bid' AS action, "dateTime" AS at FROM bid
  UNION ALL
  SELECT seller, 'sell', "dateTime" FROM auction;

SELECT window_start, action, COUNT(*) AS actions, COUNT(DISTINCT person) AS people
FROM TUMBLE(activity, at, INTERVAL '10' SECOND)
GROUP BY window_start, window_end, action;
