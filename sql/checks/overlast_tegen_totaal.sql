-- ernst:    fout
-- doel:     De soorten overlast moeten in elke regio en periode het totaal van de bron geven.
-- getoetst: elke regio en periode met overlast
-- telt:     overlast
-- bron:     police_nuisance
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de som van de soorten en het totaal van de bron, met de dag van de versie
--   bevinding | wat er is gevonden, in woorden
WITH geteld AS (
    SELECT o.regio_code,
           o.periode_code,
           max(o.peildatum) AS peildatum,
           coalesce(max(o.waarde) FILTER (WHERE s.is_totaal), 0) AS totaal,
           coalesce(sum(o.waarde) FILTER (WHERE NOT s.is_totaal), 0) AS som
    FROM overlast AS o
    JOIN soort_overlast AS s ON s.soort_code = o.soort_code
    GROUP BY o.regio_code, o.periode_code
)
SELECT concat(regio_code, ' ', periode_code) AS sleutel,
       concat(som, ' tegen ', totaal, ' (', peildatum, ')') AS stand,
       concat('overlast in ', regio_code, ' over ', periode_code, ': de soorten geven ', som, ' en de bron zegt ', totaal) AS bevinding
FROM geteld
WHERE totaal <> som
