-- What a filter over a number becomes in WebAssembly.
CREATE SOURCE bid (price BIGINT NOT NULL) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT price FROM bid
WHERE price > 100;
