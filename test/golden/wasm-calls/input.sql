-- A regular expression and a case mapping are left to calls of the library.
CREATE SOURCE bid (channel VARCHAR NOT NULL) FORMAT JSON WITH (connector = 'file', path = 'bid.ndjson');
SELECT initcap(channel) AS channel FROM bid
WHERE channel ~ 'a+b';
