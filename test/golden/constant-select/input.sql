SELECT 1 + 1 AS two, CAST('1.50' AS DECIMAL(4,2)) AS d, NULLIF('a', 'b') AS t;
