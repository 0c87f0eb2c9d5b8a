-- Slow requests from standard input, counted per path as lines come.
-- Run it:  tail -f access.ndjson | npx millrace run docs/examples/stdin.sql
-- On a terminal this is a live table; in a pipe, one change a line.

CREATE SOURCE request (path TEXT NOT NULL, millis DOUBLE NOT NULL)
FORMAT JSON WITH (connector = 'file', path = '-');

SELECT path, COUNT(*) AS slow, MAX(millis) AS slowest FROM request WHERE millis > 500 GROUP BY path;
