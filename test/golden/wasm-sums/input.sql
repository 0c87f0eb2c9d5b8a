-- What sums over all rows become in WebAssembly: two rows at a time, values that are NULL added as 0.
CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT COUNT(*) AS n, SUM(auction) AS auctions, SUM(price) AS total, COUNT(price) AS prices
FROM bid;
