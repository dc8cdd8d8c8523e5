-- doel:    De gemeenten waarmee vergeleken wordt: in het basisjaar ongeveer even groot als de eigen gemeente, die zelf meetelt.
-- korrel:  een rij per gemeente
-- sleutel: regio_code
-- kolommen:
--   regio_code | gemeente
WITH eigen AS (
    SELECT i.inwoners_eigen AS inwoners
    FROM beleid AS b
    JOIN bevolking AS i ON i.regio_code = b.gemeente AND i.jaar = b.basisjaar
)
SELECT i.regio_code
FROM bevolking AS i
CROSS JOIN beleid AS b
CROSS JOIN conventie AS c
CROSS JOIN eigen AS e
JOIN regio AS r ON r.regio_code = i.regio_code AND r.niveau = 'gemeente'
WHERE i.jaar = b.basisjaar
  AND i.inwoners_eigen >= c.peers_ondergrens * e.inwoners
  AND i.inwoners_eigen <= c.peers_bovengrens * e.inwoners
