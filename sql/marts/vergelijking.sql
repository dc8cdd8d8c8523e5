-- doel:    Alle gemeenten naast elkaar per 1.000 inwoners; de plaats zegt niets over kleine gemeenten.
-- korrel:  een rij per gemeente, reeks en jaar
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   regio_code | gemeente
--   regio      | naam van de gemeente
--   reeks      | sleutel van de reeks
--   jaar       | kalenderjaar
--   waarde     | aantal
--   inwoners   | inwoners op 1 januari, op het grondgebied van de politietabel
--   per_1000   | aantal per 1.000 inwoners; leeg waar inwoners of waarde ontbreekt
--   rang       | plaats, 1 is de meeste per inwoner; leeg voor wie geen cijfer heeft of toen nog niet bestond
--   gerangschikt | aantal gemeenten met een plaats
--   vergelijkbaar | waar voor gemeenten met tussen de helft en het dubbele van het eigen inwonertal in het basisjaar
--   opmerking  | waarom een gemeente geen plaats heeft
WITH tarief AS (
    SELECT d.regio_code,
           d.regio,
           d.reeks,
           d.jaar,
           d.waarde,
           d.inwoners,
           d.per_1000,
           d.inwoners_uitleg,
           i.inwoners_eigen IS NOT NULL AND d.per_1000 IS NOT NULL AS telt_mee,
           v.regio_code IS NOT NULL AS vergelijkbaar
    FROM delicten_jaar AS d
    LEFT JOIN bevolking AS i ON i.regio_code = d.regio_code AND i.jaar = d.jaar
    LEFT JOIN vergelijkbaar AS v ON v.regio_code = d.regio_code
)
SELECT regio_code,
       regio,
       reeks,
       jaar,
       waarde,
       inwoners,
       per_1000,
       CASE WHEN telt_mee THEN rank() OVER (PARTITION BY reeks, jaar, telt_mee ORDER BY per_1000 DESC) END AS rang,
       count(*) FILTER (WHERE telt_mee) OVER (PARTITION BY reeks, jaar) AS gerangschikt,
       vergelijkbaar,
       CASE
           WHEN waarde IS NULL THEN 'geen cijfer'
           WHEN per_1000 IS NULL THEN inwoners_uitleg
           WHEN NOT telt_mee THEN 'bestond dat jaar nog niet als gemeente'
       END AS opmerking
FROM tarief
