-- Which auctions had bidders on at least three channels, and which channels were used at all?
-- Run it:  npx millrace run docs/examples/distinct-having.sql

CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, channel TEXT, "dateTime" TIMESTAMP NOT NULL,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '2' SECOND
) WITH (connector = 'nexmark', stream = 'bid', events = 20000, seed = 1, first_event_rate = 10000);

CREATE MATERIALIZED VIEW many_channels AS
  SELECT auction, COUNT(DISTINCT channel) AS channels, COUNT(DISTINCT bidder) AS bidders, COUNT(*) AS bids
  FROM bid WHERE channel IN ('Google', 'Facebook', 'Baidu', 'Apple')
  GROUP BY auction HAVING COUNT(DISTINCT channel) >= 3 AND COUNT(*) >= 100;

CREATE MATERIALIZED VIEW channels AS
  SELECT DISTINCT CASE WHEN channel LIKE 'channel-%' THEN 'other' ELSE channel END AS channel FROM bid;

SELECT COUNT(*) AS auctions, SUM(bids) AS bids, MAX(bidders) AS bidders FROM many_channels;
SELECT channel FROM channels;
