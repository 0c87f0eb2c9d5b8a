-- Rows that cannot be used do not stop the program: they become dead letters, a stream like any other.
-- Run it:  npx millrace run docs/examples/dead-letters.sql

SET on_error = 'dead_letter';

CREATE SOURCE orders (id BIGINT NOT NULL, customer TEXT, amount DECIMAL(10, 2), quantity INT)
FORMAT JSON WITH (connector = 'file', path = '${DATA:-docs/examples/data}/orders.ndjson');

CREATE SINK per_item AS SELECT id, customer, amount / quantity AS per_item FROM orders
FORMAT JSON WITH (connector = 'stdout');

SELECT object, code, line, "row" FROM dead_letters;
