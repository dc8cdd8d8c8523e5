-- doel:    Hoe ver vergelijkbare gemeenten gewoonlijk uit elkaar liggen: de trechter van elke reeks en elk jaar.
-- korrel:  een rij per reeks en jaar
-- sleutel: reeks, jaar
-- kolommen:
--   reeks      | sleutel van de reeks of de benadering
--   jaar       | kalenderjaar
--   gemeenten  | aantal vergelijkbare gemeenten met een cijfer per inwoner, de eigen gemeente meegeteld
--   per_inwoner | hun cijfer per inwoner samen
--   phi        | hoeveel keer zo ver zij uit elkaar liggen als door toeval alleen, de uitersten ingetrokken
--   tau2       | variantie tussen gemeenten die daar in de trechter bij hoort; leeg als er te weinig gemeenten zijn
--   alfa       | kans buiten de trechter, zie conventies
--   alfa_ruim  | kans buiten de ruime trechter
--   minimum    | kleinste verwachte aantal waarover een oordeel gegeven wordt
WITH groep AS (
    SELECT reeks,
           jaar,
           count(*) AS gemeenten,
           CAST(sum(waarde) AS DOUBLE) AS waarde,
           CAST(sum(inwoners) AS DOUBLE) AS inwoners,
           array_agg(CAST(waarde AS DOUBLE) ORDER BY regio_code) AS waarden,
           array_agg(CAST(inwoners AS DOUBLE) ORDER BY regio_code) AS inwonertallen
    FROM tarief
    WHERE telt_mee AND vergelijkbaar
    GROUP BY reeks, jaar
)
SELECT g.reeks,
       g.jaar,
       g.gemeenten,
       g.waarde / g.inwoners AS per_inwoner,
       funnel_overdispersion(g.waarden, g.inwonertallen, k.trechter_staart) AS phi,
       funnel_between_variance(g.waarden, g.inwonertallen, k.trechter_staart) AS tau2,
       k.alfa,
       k.trechter_alfa_ruim AS alfa_ruim,
       k.trechter_verwacht_minimum AS minimum
FROM groep AS g
CROSS JOIN conventie AS k
