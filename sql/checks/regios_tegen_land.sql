-- ernst:    fout
-- doel:     De regio's van elk niveau moeten optellen tot het land.
-- getoetst: landsdelen, provincies, politie-eenheden en gemeenten van elke soort, elk jaar en elke maand
-- telt:     misdrijven
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de som van de regio's en het land, met de dag van de nieuwste versie erin
--   bevinding | wat er is gevonden, in woorden
WITH niveaus AS (
    SELECT m.soort_code,
           m.periode_code,
           r.niveau,
           p.soort AS periode_soort,
           CAST(sum(m.waarde) AS BIGINT) AS som,
           max(m.peildatum) AS peildatum
    FROM misdrijven AS m
    LEFT JOIN periode AS p ON p.periode_code = m.periode_code
    LEFT JOIN regio AS r ON r.regio_code = m.regio_code
    GROUP BY m.soort_code, m.periode_code, r.niveau, p.soort
),
standen AS (
    SELECT regio_code,
           periode_code,
           max(peildatum) AS peildatum
    FROM optelcontrole
    WHERE volledig AND left(regio_code, 2) IN ('NL', 'GM')
    GROUP BY regio_code, periode_code
),
-- Ontbreekt een gemeente van de lijst, dan is dat wat er te zeggen is, en niet dat geen enkele som dan nog klopt.
afwezig AS (
    SELECT l.periode_code,
           string_agg(concat(r.naam, ' (', r.regio_code, ')'), ', ' ORDER BY r.regio_code) AS wie
    FROM standen AS l
    CROSS JOIN regio AS r
    LEFT JOIN standen AS g ON g.regio_code = r.regio_code AND g.periode_code = l.periode_code
    WHERE left(l.regio_code, 2) = 'NL'
      AND r.niveau = 'gemeente'
      AND r.in_te_delen
      AND coalesce(g.peildatum < l.peildatum, true)
    GROUP BY l.periode_code
),
gevonden AS (
    SELECT concat(n.niveau, ' ', n.soort_code, ' ', n.periode_code) AS cijfer,
           n.niveau,
           n.soort_code,
           n.periode_code,
           n.som,
           l.som AS land,
           n.peildatum,
           CASE WHEN n.niveau = 'gemeente' AND coalesce(n.som, 0) < l.som THEN a.wie END AS wie
    FROM niveaus AS n
    LEFT JOIN niveaus AS l ON l.soort_code = n.soort_code AND l.periode_code = n.periode_code AND l.niveau = 'land'
    LEFT JOIN afwezig AS a ON a.periode_code = n.periode_code
    WHERE n.niveau <> 'land'
      AND (l.niveau IS NULL
           -- In een maand van een jaar dat nog niet heel is, is nul voor de ene regio al bewezen en voor een andere nog niet.
           OR coalesce(n.som, CASE WHEN n.periode_soort = 'maand' THEN 0 ELSE -1 END)
              <> coalesce(l.som, CASE WHEN n.periode_soort = 'maand' THEN 0 ELSE -1 END))
)
SELECT CASE WHEN wie IS NULL THEN min(cijfer) ELSE concat('zonder ', wie) END AS sleutel,
       CASE WHEN wie IS NULL
            THEN concat(coalesce(CAST(min(som) AS VARCHAR), 'leeg'), ' tegen ', coalesce(CAST(min(land) AS VARCHAR), 'leeg'), ' (', max(peildatum), ')')
            ELSE concat(count(*), ' cijfers, samen ', sum(land - coalesce(som, 0)), ' minder (', max(peildatum), ')') END AS stand,
       CASE WHEN wie IS NULL
            THEN concat('alle regio''s van niveau ', min(niveau), ' tellen voor ', min(soort_code), ' over ', min(periode_code), ' op tot ', min(som),
                        ', het land is ', coalesce(CAST(min(land) AS VARCHAR), 'leeg'))
            ELSE concat('zonder ', wie, ' tellen de gemeenten in ', count(*), ' cijfers op tot minder dan het land (', min(periode_code), ' tot en met ',
                        max(periode_code), '): de lijst van de bron noemt haar, en in de cijfers staat zij niet') END AS bevinding
FROM gevonden
GROUP BY wie, CASE WHEN wie IS NULL THEN cijfer END
