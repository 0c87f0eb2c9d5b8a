CREATE SOURCE s (id BIGINT) FORMAT JSON WITH (connector = 'file', path = '${NOWHERE:-here}/x');
SELECT id FROM s;
