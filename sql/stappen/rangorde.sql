-- doel:    De plaats van elke gemeente per inwoner, en de plaatsen die zij even goed had kunnen hebben.
-- korrel:  een rij per gemeente, reeks en jaar met een plaats
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   regio_code | gemeente
--   reeks      | sleutel van de reeks of de benadering
--   jaar       | kalenderjaar
--   rang       | plaats, 1 is de meeste per inwoner; wie gelijk is deelt een plaats
--   rang_van   | een plaats na het aantal gemeenten dat aantoonbaar hoger ligt; leeg als de jaarschommeling niet bekend is
--   rang_tot   | het aantal gemeenten dat niet aantoonbaar lager ligt; leeg als de jaarschommeling niet bekend is
--   gerangschikt | aantal gemeenten met een plaats
WITH groep AS (
    SELECT laag,
           reeks,
           jaar,
           count(*) AS gerangschikt,
           -- De drie lijsten staan in dezelfde volgorde; welke dat is, maakt voor een rang niet uit.
           array_agg(regio_code) AS gemeenten,
           array_agg(CAST(waarde AS DOUBLE)) AS waarden,
           array_agg(CAST(inwoners AS DOUBLE)) AS inwonertallen
    FROM tarief
    WHERE telt_mee
    GROUP BY laag, reeks, jaar
),
plaatsen AS (
    SELECT g.reeks,
           g.jaar,
           g.gerangschikt,
           unnest(g.gemeenten) AS regio_code,
           unnest(rank_place(g.waarden, g.inwonertallen)) AS rang,
           unnest(rank_highest(g.waarden, g.inwonertallen, d.tau2, k.alfa)) AS rang_van,
           unnest(rank_lowest(g.waarden, g.inwonertallen, d.tau2, k.alfa)) AS rang_tot
    FROM groep AS g
    CROSS JOIN conventie AS k
    LEFT JOIN dispersie AS d ON d.laag = g.laag AND d.reeks = g.reeks
)
SELECT regio_code,
       reeks,
       jaar,
       CAST(rang AS BIGINT) AS rang,
       CAST(rang_van AS BIGINT) AS rang_van,
       CAST(rang_tot AS BIGINT) AS rang_tot,
       gerangschikt
FROM plaatsen
