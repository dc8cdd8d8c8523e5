-- doel:    Alle gemeenten naast elkaar per 1.000 inwoners; de plaats zegt niets over kleine gemeenten.
-- korrel:  een rij per gemeente, reeks en jaar
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   regio_code | gemeente
--   regio      | naam van de gemeente
--   reeks      | sleutel van de reeks
--   jaar       | kalenderjaar
--   waarde     | aantal
--   inwoners   | inwoners die de bron onder deze gemeente noemt, op 1 januari
--   per_1000   | aantal per 1.000 inwoners; leeg waar inwoners of waarde ontbreekt
--   rang       | plaats, 1 is de meeste per inwoner; leeg voor wie geen cijfer heeft
--   gerangschikt | aantal gemeenten met een plaats
--   vergelijkbaar | waar voor gemeenten met tussen de helft en het dubbele van het eigen inwonertal
--   opmerking  | waarom een gemeente geen plaats heeft
WITH tarief AS (
    SELECT d.regio_code,
           d.regio,
           d.reeks,
           d.jaar,
           d.waarde,
           i.inwoners_eigen AS inwoners,
           d.inwoners_uitleg,
           CASE WHEN d.inwoners IS NOT NULL OR d.jaar >= b.basisjaar
                THEN round(1000.0 * d.waarde / nullif(i.inwoners_eigen, 0), 6) END AS per_1000,
           i.inwoners_eigen >= k.peers_ondergrens * e.inwoners_eigen
               AND i.inwoners_eigen <= k.peers_bovengrens * e.inwoners_eigen AS vergelijkbaar
    FROM delicten_jaar AS d
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS k
    LEFT JOIN bevolking AS i ON i.regio_code = d.regio_code AND i.jaar = d.jaar
    LEFT JOIN bevolking AS e ON e.regio_code = b.gemeente AND e.jaar = d.jaar
)
SELECT regio_code,
       regio,
       reeks,
       jaar,
       waarde,
       inwoners,
       per_1000,
       CASE WHEN per_1000 IS NOT NULL
            THEN rank() OVER (PARTITION BY reeks, jaar ORDER BY per_1000 DESC NULLS LAST) END AS rang,
       count(per_1000) OVER (PARTITION BY reeks, jaar) AS gerangschikt,
       vergelijkbaar,
       CASE WHEN waarde IS NULL THEN 'geen cijfer' WHEN per_1000 IS NULL THEN inwoners_uitleg END AS opmerking
FROM tarief
