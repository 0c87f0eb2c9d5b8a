CREATE SOURCE orders (id BIGINT NOT NULL, customer VARCHAR, amount DECIMAL(12,2), at TIMESTAMP);
CREATE STREAM big AS SELECT id FROM orders WHERE amount > 100;
CREATE SINK out FROM big WITH (connector = 'blackhole');
DROP STREAM orders;
DROP SOURCE nothing;
DROP STREAM bigg;
SELECT * FROM out;
INSERT INTO big VALUES (1);
CREATE OR REPLACE SINK big FROM orders WITH (connector = 'blackhole');
