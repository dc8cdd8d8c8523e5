-- ernst:    waarschuwing
-- doel:     Alle wijken samen, en alle buurten samen, hebben de inwoners van de gemeente; anders is elk cijfer per inwoner van een wijk fout.
-- getoetst: elk jaar van de tabel met inwoners per wijk en buurt
-- telt:     wijk_bevolking
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de inwoners van wijken, buurten en gemeente
--   bevinding | wat er is gevonden, in woorden
WITH geteld AS (
    SELECT w.jaar,
           b.gemeente,
           sum(w.inwoners) FILTER (WHERE left(w.regio_code, 2) = 'WK') AS wijken,
           sum(w.inwoners) FILTER (WHERE left(w.regio_code, 2) = 'BU') AS buurten
    FROM wijk_bevolking AS w
    JOIN beleid AS b ON substr(b.gemeente, 3, 4) = substr(w.regio_code, 3, 4)
    GROUP BY w.jaar, b.gemeente
)
SELECT concat('inwoners ', CAST(g.jaar AS VARCHAR)) AS sleutel,
       concat('wijken ', coalesce(CAST(g.wijken AS VARCHAR), 'geen'), ', buurten ', coalesce(CAST(g.buurten AS VARCHAR), 'geen'),
              ', gemeente ', coalesce(CAST(i.inwoners AS VARCHAR), 'geen')) AS stand,
       concat(CAST(g.jaar AS VARCHAR), ': alle wijken samen hebben ', coalesce(CAST(g.wijken AS VARCHAR), 'geen'),
              ' inwoners, alle buurten ', coalesce(CAST(g.buurten AS VARCHAR), 'geen'),
              ', de gemeente ', coalesce(CAST(i.inwoners AS VARCHAR), 'geen bekend aantal')) AS bevinding
FROM geteld AS g
LEFT JOIN bevolking AS i ON i.regio_code = g.gemeente AND i.jaar = g.jaar
CROSS JOIN conventie AS k
WHERE i.inwoners IS NULL
   OR abs(coalesce(g.wijken, 0) - i.inwoners) > k.wijkinwoners_verschil * i.inwoners / 100.0
   OR abs(coalesce(g.buurten, 0) - i.inwoners) > k.wijkinwoners_verschil * i.inwoners / 100.0
