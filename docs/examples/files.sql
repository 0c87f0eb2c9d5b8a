-- Visits of a web site from a file of JSON lines, counted per minute and page, into another file.
-- Run it:  npx millrace run docs/examples/files.sql --var OUT=visits-per-minute.ndjson

CREATE SOURCE visit (
  at     TIMESTAMP NOT NULL,
  "user" TEXT,
  page   TEXT NOT NULL,
  millis INT,
  -- Lines may be up to half a minute out of order.
  WATERMARK FOR at AS at - INTERVAL '30' SECOND
) FORMAT JSON WITH (connector = 'file', path = '${DATA:-docs/examples/data}/visits.ndjson');

-- The file appears, whole, when the run has ended well.
CREATE SINK per_minute AS
  SELECT window_start AS minute, page, COUNT(*) AS visits, COUNT(DISTINCT "user") AS users, AVG(millis) AS millis
  FROM TUMBLE(visit, at, INTERVAL '1' MINUTE)
  GROUP BY window_start, window_end, page
FORMAT JSON WITH (connector = 'file', path = '${OUT}');
