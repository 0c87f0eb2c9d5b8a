-- CSV in, JSON out: temperatures in Fahrenheit. NA stands for NULL.
-- Run it:  npx millrace run docs/examples/csv.sql

CREATE SOURCE temperature (station TEXT, day DATE, celsius DECIMAL(5, 2), note TEXT)
FORMAT CSV (header = true, null = 'NA') WITH (connector = 'file', path = '${DATA:-docs/examples/data}/temperatures.csv');

SELECT station, day, ROUND(celsius * 1.8 + 32, 1) AS fahrenheit, note FROM temperature WHERE celsius IS NOT NULL;
