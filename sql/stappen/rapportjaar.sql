-- doel:    Het jaar waarover gerapporteerd wordt: het nieuwste jaar waarin elke rij van de mand een cijfer heeft.
-- korrel:  een rij
-- sleutel: jaar
-- kolommen:
--   jaar             | het rapportjaar
--   begin            | 1 januari van dat jaar
--   einde            | 31 december van dat jaar
--   representatief   | onwaar als het register het jaar niet representatief noemt
WITH nieuwste AS (
    SELECT max(t.jaar) AS jaar
    FROM telling_jaar AS t
    JOIN beleid AS b ON b.gemeente = t.regio_code
    JOIN reeks AS r ON r.reeks = t.reeks AND r.familie = 'hoofd'
    WHERE t.laag = 'reeks'
      AND t.waarde IS NOT NULL
      AND t.jaar <= coalesce(b.gevraagd_jaar, t.jaar)
)
SELECT n.jaar,
       make_date(n.jaar, 1, 1) AS begin,
       make_date(n.jaar, 12, 31) AS einde,
       g.jaar IS NULL AS representatief
FROM nieuwste AS n
LEFT JOIN niet_representatief AS g ON g.jaar = n.jaar
WHERE n.jaar IS NOT NULL
