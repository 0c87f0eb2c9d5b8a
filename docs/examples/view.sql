-- A materialized view keeps its rows, so that it can be asked at any time.
-- Run it:  npx millrace run docs/examples/view.sql

CREATE SOURCE payment (account TEXT NOT NULL, amount DECIMAL(12, 2) NOT NULL);

CREATE MATERIALIZED VIEW balance AS
  SELECT account, SUM(amount) AS balance, COUNT(*) AS payments FROM payment GROUP BY account;

INSERT INTO payment VALUES ('ada', 100.00), ('bob', 20.50), ('ada', -30.25);
SELECT account, balance FROM balance WHERE balance > 50;

INSERT INTO payment VALUES ('bob', 79.50);
SELECT account, balance, payments FROM balance WHERE balance > 50;
